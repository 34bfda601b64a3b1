"""Address field, return line and letterhead (DIN 5008, § 35a GmbHG, § 37a HGB)."""

from __future__ import annotations

from core.domain.model import CreditorProfile, Debtor
from core.letters.formats import country_line, iban
from core.letters.texts import Texts

# What the recipient zone holds in the smallest print, all lines being that long.
_MAX_LINE = 120
_MAX_EXTRA_LINES = 3
_WITH_BOARD = {"ag", "se", "eg", "aktiengesellschaft", "genossenschaft"}
_SOLE = {"ek", "ekfr", "ekfm", "einzelunternehmen", "einzelunternehmer"}


def recipient_lines(debtor: Debtor, home: str) -> list[str]:
    """Lines of the recipient zone; abroad (seen from ``home``) with the country in capitals."""
    address = debtor.address
    extra = [
        *address.lines[: _MAX_EXTRA_LINES - 1],
        ", ".join(address.lines[_MAX_EXTRA_LINES - 1 :]),
    ]
    lines = [address.name or debtor.name, *extra, address.street]
    lines.append(f"{address.postcode} {address.city}")
    if address.country and address.country.upper() != (home or "DE").upper():
        lines.append(country_line(address.country))
    return [cut(line.strip()) for line in lines if line.strip()]


def cut(line: str) -> str:
    """``line`` with at most 120 characters: more fit on no line of a letter or list."""
    return line if len(line) <= _MAX_LINE else f"{line[: _MAX_LINE - 1]}…"


def place(profile: CreditorProfile) -> str:
    return f"{profile.postcode} {profile.city}".strip()


def return_line(profile: CreditorProfile) -> str:
    """The sender in one line above the recipient."""
    return " · ".join(part for part in (profile.name, profile.street, place(profile)) if part)


def footer(profile: CreditorProfile, texts: Texts, *, account: bool = True) -> list[list[str]]:
    """Columns of the letter's foot: address, ways to reach us, register, ``account`` where money
    may be sent to it.
    """

    def labelled(key: str, value: str) -> str:
        return f"{texts.get('footer', key)}: {value}" if value else ""

    columns = [
        [with_legal_form(profile), profile.street, place(profile)],
        [profile.phone, profile.email, profile.website],
        [
            labelled("seat", profile.seat),
            labelled("register", f"{profile.register_court} {profile.register_number}".strip()),
            labelled(managers_key(profile), profile.managers),
            labelled("vat_id", profile.vat_id),
            labelled("tax_number", "" if profile.vat_id else profile.tax_number),
        ],
        [profile.bank, iban(profile.iban), labelled_bic(profile.bic)] if account else [],
    ]
    filled = [[line for line in column if line.strip()] for column in columns]
    return [column for column in filled if column]


def labelled_bic(bic: str) -> str:
    return f"BIC {bic}" if bic else ""


def with_legal_form(profile: CreditorProfile) -> str:
    """The firm with its legal form, which the law wants on every business letter."""
    form = profile.legal_form.strip()
    if not form or form.casefold() in profile.name.casefold():
        return profile.name
    return f"{profile.name} ({form})"


def managers_key(profile: CreditorProfile) -> str:
    """Name of those who represent the firm: board, owner or managing directors."""
    form = profile.legal_form.casefold().replace(".", "").replace(" ", "")
    if form in _WITH_BOARD:
        return "managers_ag"
    if form in _SOLE or not (form or profile.register_number):
        return "owner"
    return "managers"
