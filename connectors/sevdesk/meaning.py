"""What an error answer of sevDesk means (§1.6), where its HTTP status alone does not say it.

https://api.sevdesk.de/, read as a digest on 2026-11-22. Codes are those of ``error.code``.
"""

from __future__ import annotations

from typing import TypeVar

from connectors._http import Answer
from connectors.sevdesk.envelope import SaidError, said_error
from core.errors import (
    AuthFailed,
    ConnectorError,
    MalformedResponse,
    NotFound,
    NotSupported,
    Rejected,
)

_ENTER_DE = "mit „mahnwerk connect sevdesk --set api_key=-“ neu eintragen"
_ENTER_EN = "enter it anew by mahnwerk connect sevdesk --set api_key=-"
_WHERE_DE = "in sevDesk unter Einstellungen → Benutzer"
_WHERE_EN = "in sevDesk under Einstellungen → Benutzer"
# Which plans have the API is what third parties say (§1, plan gate).
_PLAN_DE = (
    "Vielleicht fehlt die Schnittstelle im Tarif: es soll sie erst ab „Buchhaltung Pro“ geben."
)
_PLAN_EN = "Perhaps the plan lacks the API: it is said to begin with “Buchhaltung Pro”."
_QUOTED = 160

NOT_FOUND = 151
NO_METHOD = 157
# Refusals that are certain: nothing was written (§1.6). German and English, with the remedy.
REFUSALS = {
    159: (
        "Der Beleg ist kein Entwurf mehr und lässt sich in sevDesk nicht löschen. Bitte ihn dort stornieren.",
        "The document is not a draft any more and cannot be deleted in sevDesk. Please cancel it there.",
    ),
    170: (
        "Zu der Rechnung gibt es in sevDesk eine Gutschrift; storniert oder zurückgesetzt werden kann sie deshalb nicht. Bitte die Gutschrift dort prüfen.",
        "The invoice has a credit note in sevDesk, so it can be neither cancelled nor reset. Please check the credit note there.",
    ),
    390: (
        "Die Rechnung ist teilweise bezahlt; sevDesk storniert sie deshalb nicht. Bitte zuerst die Zahlung dort lösen.",
        "The invoice is partly paid, so sevDesk does not cancel it. Please undo the payment there first.",
    ),
    421: (
        "Die Rechnung ist in sevDesk schon storniert. Abgleichen mit: mahnwerk sync",
        "The invoice is cancelled in sevDesk already. Catch up by: mahnwerk sync",
    ),
    455: (
        "Die Gutschrift ist in sevDesk höher als ihre Rechnung. Bitte sie dort berichtigen.",
        "The credit note is larger than its invoice in sevDesk. Please correct it there.",
    ),
    456: (
        "Die Gutschrift passt in sevDesk nicht zu ihrer Rechnung (Steuersatz). Bitte sie dort berichtigen.",
        "The credit note does not fit its invoice in sevDesk (tax rate). Please correct it there.",
    ),
    460: (
        "Der Gutschrift fehlt in sevDesk das Leistungsdatum. Bitte es dort nachtragen.",
        "The credit note lacks its delivery date in sevDesk. Please add it there.",
    ),
    750: (
        "Die Rechnung ist in sevDesk schon bezahlt. Abgleichen mit: mahnwerk sync",
        "The invoice is paid in sevDesk already. Catch up by: mahnwerk sync",
    ),
    751: (
        "Der Beleg ist in sevDesk schon bezahlt. Bitte ihn dort prüfen.",
        "The receipt is paid in sevDesk already. Please check it there.",
    ),
    830: (
        "Der E-Rechnung fehlen in sevDesk Angaben{data}. Bitte dort ergänzen.",
        "The e-invoice lacks details in sevDesk{data}. Please add them there.",
    ),
    7100: (
        "sevDesk kann den Beleg nicht festschreiben: seine Summe würde negativ. Bitte ihn dort prüfen.",
        "sevDesk cannot enshrine the document: its sum would become negative. Please check it there.",
    ),
    90400: (
        "Der Beleg ist in sevDesk kein Entwurf mehr. Bitte ihn dort prüfen.",
        "The receipt is not a draft in sevDesk any more. Please check it there.",
    ),
}


E = TypeVar("E", bound=ConnectorError)


class Refused(Rejected):
    """sevDesk refused and said why by its code: certainly nothing was done."""


def explain(answer: Answer) -> ConnectorError | None:
    """The error that an answer other than 2xx stands for; None leaves it to its status."""
    if answer.status == 401:
        return _no_token()
    said = said_error(answer.problem)
    if answer.status in (402, 403):
        return _no_right(answer.status)
    if said is not None and 400 <= answer.status < 500 and answer.status != 429:
        return meant(said) if answer.status == 404 else refused(said)
    if answer.status == 404 and answer.content.strip() and not answer.problem:
        # Whoever sits at a wrong address or at a proxy answers 404 as well: believed, it would take
        # claims out of the books that are still open.
        return MalformedResponse(
            "An der Adresse der Schnittstelle antwortet nicht sevDesk (404 mit fremdem Inhalt). Bitte "
            "api_base der Anbindung und einen Proxy dazwischen prüfen.",
            en="It is not sevDesk that answers at the address of the API (404 with foreign content). "
            "Please check api_base of the connection and any proxy in between.",
        )
    return None


def meant(said: SaidError) -> ConnectorError | None:
    """The error that an ``error`` object stands for; None when its code and text say nothing."""
    error: ConnectorError | None = None
    if said.code in REFUSALS:
        de, en = REFUSALS[said.code]
        data = f" ({said.data[:_QUOTED]})" if said.data else ""
        error = Refused(de.format(data=data), en=en.format(data=data))
    elif said.code == NO_METHOD:
        error = NotSupported(
            "sevDesk kennt diesen Aufruf nicht (157). Bitte Mahnwerk aktualisieren.",
            en="sevDesk does not know this call (157). Please update Mahnwerk.",
        )
    elif said.code == NOT_FOUND or "not found" in said.message.lower():
        # The description says 400 "… was not found", measured is 404 with 151 (§1.6).
        error = NotFound(
            "sevDesk hat diesen Datensatz nicht (mehr). Wurde er dort gelöscht, übernimmt mahnwerk "
            "sync das.",
            en="sevDesk does not have this record (any more). If it was deleted there, mahnwerk sync "
            "takes that over.",
        )
    return error


def refused(said: SaidError) -> ConnectorError:
    """The error of an ``error`` object, whatever it says."""
    error = meant(said)
    if error is None:
        text = f" („{said.message[:_QUOTED]}“)" if said.message else ""
        english = f" ({said.message[:_QUOTED]!r})" if said.message else ""
        error = Rejected(
            f"sevDesk lehnt die Anfrage ab{text}. Bitte den Beleg dort prüfen; bleibt es dabei, "
            "bitte als Fehler von Mahnwerk melden.",
            en=f"sevDesk refuses the request{english}. Please check the document there; if it stays "
            "so, please report it as a fault of Mahnwerk.",
        )
    error.request_id = said.uuid[:80]
    return named(error)


def named(error: E, cause: ConnectorError | None = None) -> E:
    """``error`` as one of sevDesk; with status and request id of the answer that caused it."""
    error.connector = "sevdesk"
    if cause is not None:
        error.status, error.request_id = cause.status, cause.request_id
    return error


def is_certain(error: ConnectorError) -> bool:
    """True when a refused write was certainly not carried out: sevDesk says why by its code.

    A bare 400 is not enough: it was seen on writes that had been done (§1, retry rule).
    """
    if isinstance(error, Refused | NotFound):
        return True
    return error.status not in (None, 200, 400)


def _no_token() -> AuthFailed:
    """Whatever the body says: its shape is UNVERIFIED (§1.6)."""
    return AuthFailed(
        "sevDesk nimmt das API-Token nicht an: falsch, neu erzeugt, oder sein Benutzer wurde gelöscht. "
        f"Bitte {_WHERE_DE} nachsehen und {_ENTER_DE}.",
        en="sevDesk refuses the API token: wrong, regenerated, or its user was deleted. Please look "
        f"{_WHERE_EN} and {_ENTER_EN}.",
    )


def _no_right(status: int) -> AuthFailed:
    """What a plan without the API answers is UNVERIFIED (§9.11): its sentence stands here, too."""
    return AuthFailed(
        f"sevDesk verweigert den Zugriff ({status}): das API-Token hat kein Recht dazu, oder es ist "
        "nach wiederholten Fehlern gesperrt. Bitte nicht weiter versuchen, sondern das Token "
        f"{_WHERE_DE} prüfen (am besten ist das eines Administrators), und wenn es gesperrt ist, den "
        f"Support von sevDesk fragen. {_PLAN_DE}",
        en=f"sevDesk denies access ({status}): the API token has no right to it, or it is blocked "
        f"after repeated errors. Please do not go on trying, but check the token {_WHERE_EN} "
        f"(an administrator's is best), and ask sevDesk's support if it is blocked. {_PLAN_EN}",
    )
