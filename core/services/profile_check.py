"""Checks what a user enters about a creditor, and completes what follows from it.

The libraries that check mail addresses and bank accounts are imported where they are needed: most
commands check none, and start sooner.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.domain.assignment import parse_segments, parse_tiers
from core.domain.claim_facts import NEVER
from core.domain.law import LAWS
from core.domain.model import CreditorProfile
from core.domain.procedure import DunningProcedure
from core.errors import ConfigError, UsageError
from core.services import fact_values, profile_mailbox, profile_schedule

LAENDER = {
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "BE": "Berlin",
    "BB": "Brandenburg",
    "HB": "Bremen",
    "HH": "Hamburg",
    "HE": "Hessen",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}
FIELDS = tuple(field.name for field in dataclasses.fields(CreditorProfile))
# Entered like fields, but kept encrypted and never shown again.
SECRET_FIELDS = ("smtp_password", "imap_password")
_PORTS = ("smtp_port", "imap_port")
SECURITIES = ("starttls", "tls", "none")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def _choice(*allowed: str) -> Callable[[str, str], str]:
    def check(name: str, value: str) -> str:
        found = next((each for each in allowed if each.casefold() == value.casefold()), None)
        if found is None:
            raise UsageError(
                f"{name}: „{value}“ gibt es nicht; möglich: {', '.join(allowed)}.",
                en=f"{name}: there is no {value!r}; possible: {', '.join(allowed)}.",
            )
        return found

    return check


def check_land(name: str, value: str) -> str:
    by_name = {label.casefold(): code for code, label in LAENDER.items()}
    return _choice(*LAENDER)(name, by_name.get(value.casefold(), value)) if value else ""


def _zone(_name: str, value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"zone: „{value}“ ist keine Zeitzone; üblich ist Europe/Berlin.",
            en=f"zone: {value!r} is no time zone; usual is Europe/Berlin.",
        ) from None


def check_email(name: str, value: str) -> str:
    """``value`` as a mail address, without asking the network whether it exists.

    Addresses of an office's own domain (``.local``) are allowed.

    Raises:
        UsageError: it is not a mail address.
    """
    if not value:
        return ""
    import email_validator

    # Offices do run a mail server of their own under this name; the library's README names this
    # list as the place to allow one.
    if "local" in email_validator.SPECIAL_USE_DOMAIN_NAMES:
        email_validator.SPECIAL_USE_DOMAIN_NAMES.remove("local")
    try:
        found = email_validator.validate_email(value, check_deliverability=False)
    except email_validator.EmailNotValidError as error:
        raise UsageError(
            f"{name}: „{value}“ ist keine E-Mail-Adresse.",
            en=f"{name}: {value!r} is not a mail address.",
        ) from error
    return found.normalized


def _iban(_name: str, value: str) -> str:
    if not value:
        return ""
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        return str(IBAN(value))
    except SchwiftyException as error:
        raise UsageError(
            f"iban: „{value}“ ist keine gültige IBAN. Länge und Prüfziffer auf der Bankkarte oder "
            "dem Kontoauszug vergleichen; eine deutsche IBAN hat 22 Stellen.",
            en=f"iban: {value!r} is not a valid IBAN. Compare its length and check digits with "
            "your bank card or statement; a German IBAN has 22 characters.",
        ) from error


def _bic(_name: str, value: str) -> str:
    if not value:
        return ""
    from schwifty import BIC
    from schwifty.exceptions import SchwiftyException

    try:
        return str(BIC(value))
    except SchwiftyException as error:
        raise UsageError(
            f"bic: „{value}“ ist kein gültiger BIC (8 oder 11 Stellen). Weglassen genügt: er wird "
            "aus der IBAN bestimmt.",
            en=f"bic: {value!r} is not a valid BIC (8 or 11 characters). Leave it out: it follows "
            "from the IBAN.",
        ) from error


def _port(_name: str, value: str) -> str:
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise UsageError(
            f"smtp_port: „{value}“ ist kein Port; üblich sind 587 (starttls) und 465 (tls).",
            en=f"smtp_port: {value!r} is not a port; usual are 587 (starttls) and 465 (tls).",
        )
    return value


def _country(name: str, value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise UsageError(
            f"{name}: „{value}“ ist kein Ländercode aus zwei Buchstaben, zum Beispiel DE.",
            en=f"{name}: {value!r} is not a two-letter country code such as DE.",
        )
    return value.upper()


def _terms(name: str, value: str) -> str:
    return str(fact_values.terms(name, value)) if value else "no"


def _since(name: str, value: str) -> str:
    """A day; "nie" and nothing mean that no invoice carries the notice."""
    if not value:
        return ""
    found = fact_values.since(name, value)
    return "" if found == NEVER else found.isoformat()


def _required(name: str, value: str) -> str:
    if not value:
        raise UsageError(f"{name} darf nicht leer sein.", en=f"{name} must not be empty.")
    return value


_CHECKS: Mapping[str, Callable[[str, str], str]] = {
    "name": _required,
    "country": _country,
    "land": check_land,
    "zone": _zone,
    "language": _choice("de", "en"),
    "email": check_email,
    "reply_to": check_email,
    "archive_to": check_email,
    "mail_from": check_email,
    "iban": _iban,
    "bic": _bic,
    "smtp_port": _port,
    "smtp_security": _choice(*SECURITIES),
    "letter_form": _choice("A", "B"),
    "governing_law": _choice(*LAWS),
    "payment_terms_agreed": _terms,
    "consumer_notice_since": _since,
    **profile_schedule.CHECKS,
    **profile_mailbox.CHECKS,
}


def check_field(name: str, value: str) -> str:
    """One field as it may be stored: trimmed, composed (NFC), of the right form.

    Raises:
        UsageError: unknown field or wrong value; the sentence names the remedy.
    """
    if name not in FIELDS:
        known = ", ".join((*FIELDS, *SECRET_FIELDS))
        raise UsageError(
            f"Das Feld „{name}“ gibt es nicht. Felder: {known}",
            en=f"There is no field {name!r}. Fields: {known}",
        )
    text = unicodedata.normalize("NFC", value).strip()
    if _CONTROL.search(text):
        raise UsageError(
            f"{name} muss in einer Zeile stehen.", en=f"{name} must fit on a single line."
        )
    check = _CHECKS.get(name)
    return check(name, text) if check else text


def apply_fields(
    profile: CreditorProfile,
    fields: Mapping[str, str],
    procedure: Callable[[str], DunningProcedure],
) -> CreditorProfile:
    """``profile`` with the checked ``fields``; a new IBAN brings its BIC and bank along.

    Raises:
        UsageError: unknown field, wrong value or unknown procedure.
    """
    checked = {name: check_field(name, value) for name, value in fields.items()}
    if "procedure" in checked:
        try:
            procedure(checked["procedure"])
        except ConfigError as error:
            raise UsageError(
                f"procedure: {error}", en=f"procedure: {error.sentence('en')}"
            ) from None
    _check_assignment(checked, procedure)
    if "iban" in checked:
        checked = _bank_of(checked["iban"]) | checked
    ports = {name: int(checked.pop(name)) for name in _PORTS if name in checked}
    changed = dataclasses.replace(profile, **checked, **ports)  # type: ignore[arg-type]
    _check_notice(changed)
    return changed


def _check_notice(profile: CreditorProfile) -> None:
    """A notice that nobody can read out proves nothing (§ 286 Abs. 3 Satz 1 BGB)."""
    if not profile.consumer_notice_since or profile.consumer_notice_wording:
        return
    raise UsageError(
        "consumer_notice_since braucht den Wortlaut des Hinweises, der auf den Rechnungen steht: "
        "--set consumer_notice_wording=„Sie kommen spätestens 30 Tage nach Fälligkeit und Zugang "
        "dieser Rechnung in Verzug …“. Ohne Hinweis: --set consumer_notice_since=",
        en="consumer_notice_since needs the wording of the notice that stands on the invoices: "
        "--set consumer_notice_wording=…  Without a notice: --set consumer_notice_since=",
    )


def _check_assignment(
    checked: Mapping[str, str], procedure: Callable[[str], DunningProcedure]
) -> None:
    """Rules that give accounts a procedure: readable, and every procedure is there."""
    for name, parse in _ASSIGNMENTS.items():
        try:
            for each in parse(checked.get(name, "")):
                procedure(each)
        except ConfigError as error:
            raise UsageError(f"{name}: {error}", en=f"{name}: {error.sentence('en')}") from None


_ASSIGNMENTS: Mapping[str, Callable[[str], list[str]]] = {
    "procedure_segments": lambda text: list(parse_segments(text).values()),
    "procedure_tiers": lambda text: [tier.procedure for tier in parse_tiers(text)],
}


def _bank_of(iban: str) -> dict[str, str]:
    if not iban:
        return {"bic": "", "bank": ""}
    from schwifty import IBAN

    parsed = IBAN(iban)
    return {"bic": str(parsed.bic or ""), "bank": parsed.bank_name or ""}


def missing_for_letters(profile: CreditorProfile) -> list[str]:
    """Fields that a letter cannot do without: sender, account, and who answers questions.

    Companies need legal form, seat, register and managers on it as well (§ 35a GmbHG, § 37a HGB).
    """
    needed = ["street", "postcode", "city", "iban"]
    if profile.register_number or profile.register_court or _is_company(profile):
        needed += ["seat", "register_court", "register_number", "managers"]
    missing = [name for name in needed if not getattr(profile, name)]
    if not (profile.email or profile.phone or profile.reply_to):
        missing.append("email")
    return missing


def _is_company(profile: CreditorProfile) -> bool:
    words = f"{profile.legal_form} {profile.name}".replace(".", "").split()
    return any(word in {"GmbH", "UG", "AG", "SE", "KGaA", "eG"} for word in words)
