"""What an error answer of lexoffice means, where its HTTP status alone does not say it.

https://developers.lexware.io/docs/#http-status-codes, error bodies §1.8, §1.9 of the digest.
"""

from __future__ import annotations

import json

from connectors._http import Answer
from core.errors import AuthFailed, ConnectorError, MalformedResponse, RateLimited, Rejected

_KEY_PAGE = "https://app.lexware.de/addons/public-api"
_NEW_KEY_DE = f"unter {_KEY_PAGE} einen neuen Schlüssel anlegen und mit „mahnwerk connect lexoffice --set api_key=-“ eintragen"
_NEW_KEY_EN = (
    f"make a new key at {_KEY_PAGE} and enter it by mahnwerk connect lexoffice --set api_key=-"
)
# First part of the path behind /v1 -> the right that a key needs for it. The exact names of the
# scopes are UNVERIFIED; these are the words that people know from the web application.
_RIGHTS = {
    "voucherlist": ("Belege lesen", "read vouchers"),
    "invoices": ("Rechnungen lesen", "read invoices"),
    "down-payment-invoices": ("Abschlagsrechnungen lesen", "read down payment invoices"),
    "credit-notes": ("Rechnungskorrekturen lesen", "read credit notes"),
    "vouchers": ("Buchhaltungsbelege lesen", "read bookkeeping vouchers"),
    "payments": ("Zahlungen lesen", "read payments"),
    "contacts": ("Kontakte lesen", "read contacts"),
    "dunnings": ("Mahnungen lesen und schreiben", "read and write dunnings"),
    "files": ("Dateien lesen", "read files"),
    "profile": ("Profil lesen", "read the profile"),
    "event-subscriptions": ("Benachrichtigungen verwalten", "manage event subscriptions"),
}


class WindowExceeded(Rejected):
    """The list holds more than the 10,000 rows that lexoffice shows of one search."""


def explain(answer: Answer) -> ConnectorError | None:
    """The error that an answer stands for; None leaves it to the table of statuses."""
    text = answer.content[:4000].decode("utf-8", "replace")
    if answer.status in (400, 500) and "search window size exceeded" in text.lower():
        return WindowExceeded(  # 400, historically 500 (§1.6)
            "lexoffice zeigt von einer Suche höchstens 10.000 Belege.",
            en="lexoffice shows at most 10,000 vouchers of one search.",
        )
    if answer.status == 500 and _is_throttling(text):
        return RateLimited(
            "lexoffice bekommt zu viele Anfragen und bittet zu warten. Bitte später noch einmal "
            "versuchen; es geht dort weiter, wo aufgehört wurde.",
            en="lexoffice gets too many requests and asks to wait. Please try again later; it goes "
            "on where it stopped.",
        )
    return _refusal(answer, text)


def _is_throttling(text: str) -> bool:
    """The 500 that the documentation lists as throttling (§1.4); an older text had a null."""
    if "rate limit exceeded" in text.lower():
        return True
    try:
        body = json.loads(text)
    except ValueError:
        return False
    return isinstance(body, dict) and "message" in body and body["message"] is None


def _refusal(answer: Answer, text: str) -> ConnectorError | None:
    if answer.status == 401:
        return AuthFailed(
            "lexoffice nimmt den API-Schlüssel nicht an: falsch, gelöscht oder abgelaufen (er gilt "
            f"höchstens 24 Monate). Bitte {_NEW_KEY_DE}.",
            en="lexoffice refuses the API key: wrong, deleted or expired (it is valid for 24 "
            f"months at most). Please {_NEW_KEY_EN}.",
        )
    if answer.status == 402:
        return AuthFailed(
            "Der Vertrag mit lexoffice erlaubt die Schnittstelle nicht (nötig ist der Tarif XL). "
            "Bitte Tarif und Zahlungsstand in Lexware Office prüfen.",
            en="The contract with lexoffice does not allow the API (plan XL is needed). Please "
            "check plan and payment state in Lexware Office.",
        )
    if answer.status == 404 and answer.content.strip() and not answer.problem:
        # Whoever sits at a wrong address or at a proxy answers 404 as well: believed, it would take
        # claims out of the books that are still open.
        return MalformedResponse(
            "An der Adresse der Schnittstelle antwortet nicht lexoffice (404 mit fremdem Inhalt). "
            "Bitte api_base der Anbindung und einen Proxy dazwischen prüfen.",
            en="It is not lexoffice that answers at the address of the API (404 with foreign "
            "content). Please check api_base of the connection and any proxy in between.",
        )
    if answer.status != 403:
        return None
    if "not a valid key=value pair" in text:  # the gateway's answer to any path it does not know
        return AuthFailed(
            "lexoffice kennt diese Adresse nicht oder der Schlüssel hat nicht die richtige Form. "
            "Bitte api_base und api_key der Anbindung prüfen.",
            en="lexoffice does not know this address, or the key does not have the right form. "
            "Please check api_base and api_key of the connection.",
        )
    german, english = _RIGHTS.get(_resource(answer.url), ("", ""))
    return AuthFailed(
        f"Dem API-Schlüssel fehlt bei lexoffice ein Recht{f' ({german})' if german else ''}. "
        f"Bitte {_NEW_KEY_DE}; dabei alle Rechte zum Lesen anhaken.",
        en=f"The API key lacks a right at lexoffice{f' ({english})' if english else ''}. "
        f"Please {_NEW_KEY_EN}, with all rights to read.",
    )


def _resource(url: str) -> str:
    _, _, path = url.partition("/v1/")
    return path.split("?")[0].split("/")[0]
