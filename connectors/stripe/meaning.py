"""What an error answer of Stripe means, where its HTTP status alone does not say it (§1 Errors).

https://docs.stripe.com/api/errors, read as a digest on 2026-11-22. Decided by status, ``type``,
``code`` and ``param``; ``message`` is quoted to people and never read.
"""

from __future__ import annotations

from typing import NamedTuple

from connectors._failures import not_understood
from connectors._http import Answer
from connectors._values import child, text
from connectors.stripe.platform import API_VERSION
from connectors.stripe.rights import behind, missing_right, refused_key
from core.errors import (
    AuthFailed,
    ConnectorError,
    MalformedResponse,
    NotFound,
    NotSupported,
    RateLimited,
    Rejected,
    Unreachable,
)

_QUOTED = 160
_CURSORS = ("starting_after", "ending_before")
# Stripe-Rate-Limited-Reason (§1 Rate limits) in words.
_REASONS = {
    "global-rate": ("zu viele Anfragen des Kontos in einer Sekunde", "too many requests of the account in a second"),
    "endpoint-rate": ("zu viele Anfragen derselben Art in einer Sekunde", "too many requests of one kind in a second"),
    "global-concurrency": ("zu viele Anfragen des Kontos zugleich", "too many requests of the account at once"),
    "endpoint-concurrency": ("zu viele Anfragen derselben Art zugleich", "too many requests of one kind at once"),
    "resource-specific": ("zu viele Anfragen zu demselben Datensatz", "too many requests about one record"),
}  # fmt: skip
# Codes that concern the key or the account, whatever their status. That they come is UNVERIFIED: the
# reference names no codes for them; without them the status decides.
_KEY_CODES = frozenset({"api_key_expired", "platform_api_key_expired", "secret_key_required"})
_ACCOUNT_CODES = frozenset({"account_invalid", "platform_account_required"})
_RIGHT_CODES = frozenset({"more_permissions_required", "more_permissions_required_for_application"})


class CursorGone(Rejected):
    """The row after which a list should go on does not exist any more; begin it again."""


class Said(NamedTuple):
    """The ``error`` object of an answer; texts are empty where it says nothing."""

    type: str
    code: str
    param: str
    message: str


def said(answer: Answer) -> Said | None:
    """What Stripe says of an error; None when somebody else answers."""
    found = child(answer.problem, "error")
    if not found:
        return None
    return Said(*(text(found, name) for name in ("type", "code", "param", "message")))


def again(answer: Answer) -> bool | None:
    """Stripe's own word on whether to repeat wins over every status (§1 Rate limits)."""
    verdict = answer.headers.get("stripe-should-retry", "").strip().lower()
    return {"true": True, "false": False}.get(verdict)


def explain(answer: Answer) -> ConnectorError | None:
    """The error that an answer other than 2xx stands for; None leaves it to its status."""
    found = said(answer)
    if found is None:
        return _foreign(answer)
    if found.code in _ACCOUNT_CODES:
        return _wrong_account()
    if found.code in _KEY_CODES or answer.status == 401:
        return refused_key(answer.url)
    if found.code in _RIGHT_CODES or answer.status == 403:
        return missing_right(answer.url)
    return _by_code(answer, found) or _by_status(answer, found)


def _foreign(answer: Answer) -> ConnectorError | None:
    """Whoever sits at a wrong address or at a proxy answers 404 as well: believed, it would take
    claims out of the books that are still open.
    """
    if answer.status in (401, 403):
        return refused_key(answer.url) if answer.status == 401 else missing_right(answer.url)
    if answer.status == 429:
        return _limited(answer)
    if answer.status == 404:
        return MalformedResponse(
            "An der Adresse der Schnittstelle antwortet nicht Stripe (404 mit fremdem Inhalt). Bitte "
            "api_base der Anbindung und einen Proxy dazwischen prüfen.",
            en="It is not Stripe that answers at the address of the API (404 with foreign content). "
            "Please check api_base of the connection and any proxy in between.",
        )
    return _foreign_failure(answer) if answer.status >= 500 else None


def _foreign_failure(answer: Answer) -> Unreachable:
    """Stripe's own gate may be down, or another server fails at what it does not know."""
    return Unreachable(
        f"An der Adresse der Schnittstelle antwortet ein Fehler ({answer.status}), der nicht die Form "
        "von Stripe hat. Es ging nichts verloren; bitte später noch einmal versuchen. Bleibt es dabei, "
        "api_base prüfen: ein anderer Server als der von Stripe kann vielleicht nicht alles.",
        en=f"The address of the API answers with a failure ({answer.status}) that has not the form of "
        "Stripe's. Nothing was lost; please try again later. If it stays so, check api_base: a server "
        "other than Stripe's may not do everything.",
    )


def _by_code(answer: Answer, found: Said) -> ConnectorError | None:
    if found.code == "lock_timeout":
        return _locked()  # a 429 that asks for no slower pace (§1 Rate limits)
    if answer.status == 429 or found.code == "rate_limit":  # old accounts: 400 with this code
        return _limited(answer)
    if found.code == "resource_missing" and found.param in _CURSORS:
        return CursorGone(
            "Die Stelle, an der eine Liste von Stripe weitergehen sollte, gibt es dort nicht mehr. "
            "Der nächste Abgleich beginnt sie von vorn: mahnwerk sync",
            en="The place at which a list of Stripe should go on does not exist there any more. The "
            "next sync begins it anew: mahnwerk sync",
        )
    if found.code == "resource_missing":
        return _missing()
    if found.type == "idempotency_error":
        return Rejected(
            "Stripe kennt diese Eintragung schon mit anderem Inhalt und hat nichts geändert. Bitte die "
            "Rechnung in Stripe ansehen; bleibt es dabei, bitte als Fehler von Mahnwerk melden.",
            en="Stripe knows this entry already with another content and changed nothing. Please look "
            "at the invoice in Stripe; if it stays so, please report it as a fault of Mahnwerk.",
        )
    return None


def _by_status(answer: Answer, found: Said) -> ConnectorError | None:
    if answer.status == 404:
        # An object has its id as second part of its path; what else is not there is the call.
        return _missing() if len(_parts(answer.url)) == 2 else _no_such_call()
    if answer.status == 409:
        return _locked()
    if answer.status == 424:
        return Unreachable(
            "Stripe wartet auf ein fremdes System (424). Es ging nichts verloren; bitte später noch "
            "einmal versuchen.",
            en="Stripe waits for another system (424). Nothing was lost; please try again later.",
        )
    if 400 <= answer.status < 500:
        return _refused(answer, found)
    return None


def _limited(answer: Answer) -> RateLimited:
    """There is no Retry-After (§1): how long to wait is left to the gate."""
    reason = answer.headers.get("Stripe-Rate-Limited-Reason", "").strip().lower()
    german, english = _REASONS.get(reason, (reason[:40], reason[:40]))
    return RateLimited(
        f"Stripe bremst{f' ({german})' if german else ''}. Bitte später noch einmal versuchen; es geht "
        "dort weiter, wo aufgehört wurde. Bleibt es dabei, rate der Anbindung senken.",
        en=f"Stripe asks to slow down{f' ({english})' if english else ''}. Please try again later; it "
        "goes on where it stopped. If it stays so, lower rate of the connection.",
    )


def _locked() -> Unreachable:
    return Unreachable(
        "Stripe bearbeitet diesen Datensatz gerade selbst. Es ging nichts verloren; bitte später noch "
        "einmal versuchen.",
        en="Stripe is working on this record itself. Nothing was lost; please try again later.",
    )


def _missing() -> NotFound:
    return NotFound(
        "Stripe hat diesen Datensatz nicht (mehr). Wurde er dort gelöscht, übernimmt mahnwerk sync das.",
        en="Stripe does not have this record (any more). If it was deleted there, mahnwerk sync takes "
        "that over.",
    )


def _no_such_call() -> NotSupported:
    return NotSupported(
        "Die Adresse der Schnittstelle kennt diesen Aufruf nicht (404). Bitte api_base der Anbindung "
        "prüfen; ein anderer Server als der von Stripe kann vielleicht nicht alles.",
        en="The address of the API does not know this call (404). Please check api_base of the "
        "connection; a server other than Stripe's may not do everything.",
    )


def _wrong_account() -> AuthFailed:
    return AuthFailed(
        "Stripe lässt den Schlüssel nicht für das verbundene Konto zu (Connect): es hat die Verbindung "
        "gelöst, oder account der Anbindung ist falsch. Ohne Connect bleibt account leer (mahnwerk "
        "connect stripe --set account=).",
        en="Stripe does not let the key act for the connected account (Connect): it has ended the "
        "connection, or account of the connection is wrong. Without Connect account stays empty "
        "(mahnwerk connect stripe --set account=).",
    )


def _refused(answer: Answer, found: Said) -> Rejected:
    names = ", ".join(each for each in (found.code, found.param) if each)
    de = f" ({names})" if names else ""
    if found.message:
        de += f": „{found.message[:_QUOTED]}“"
    # A version that the account may not use is refused without code and parameter (UNVERIFIED).
    version = "" if names else f" Mahnwerk fragt mit der Version {API_VERSION}."
    version_en = "" if names else f" Mahnwerk asks with version {API_VERSION}."
    return Rejected(
        f"Stripe lehnt die Anfrage ab, {answer.status}{de}.{version} Bitte den Datensatz dort prüfen und "
        "Mahnwerk aktualisieren; bleibt es dabei, bitte als Fehler von Mahnwerk melden.",
        en=f"Stripe refuses the request, {answer.status}{de}.{version_en} Please check the record there "
        "and update Mahnwerk; if it stays so, please report it as a fault of Mahnwerk.",
    )


def malformed(path: str) -> MalformedResponse:
    """An answer of 2xx of which nobody knows what it says."""
    return not_understood("stripe", "Stripe", path.split("/", maxsplit=1)[0])


def _parts(url: str) -> list[str]:
    return behind(url).strip("/").split("/")
