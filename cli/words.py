"""Words for the stable ids that tables show; the JSON documents keep the ids."""

from __future__ import annotations

from cli.i18n import tr
from core.domain.model import ItemKind, NoticeLine, NoticeState, OpenItem

STATES: dict[NoticeState, tuple[str, str]] = {
    NoticeState.PROPOSED: ("vorgeschlagen", "proposed"),
    NoticeState.APPROVED: ("freigegeben", "approved"),
    NoticeState.HELD: ("angehalten", "held"),
    NoticeState.HANDING_OVER: ("wird übergeben", "handing over"),
    NoticeState.SENT: ("verschickt", "sent"),
    NoticeState.PRINTED: ("gedruckt", "printed"),
    NoticeState.FAILED: ("gescheitert", "failed"),
    NoticeState.UNKNOWN: ("ungewiss", "unknown"),
    NoticeState.REJECTED: ("abgelehnt", "rejected"),
    NoticeState.WITHDRAWN: ("zurückgezogen", "withdrawn"),
}
CHANNELS: dict[str, tuple[str, str]] = {
    "email": ("Mail", "mail"),
    "letter": ("Brief", "letter"),
    "task": ("Aufgabe", "task"),
}


def state(value: str) -> str:
    """A notice's state, or the outcome of a delivery, which has the same name."""
    known = STATES.get(NoticeState(value)) if value in tuple(NoticeState) else None
    return tr(*known) if known else value


def channel(value: str) -> str:
    known = CHANNELS.get(value)
    return tr(*known) if known else value


def number(item: OpenItem | NoticeLine) -> str:
    """The number a user knows an item by; money without one is named for what it is."""
    if item.number:
        return item.number
    if item.kind is ItemKind.UNAPPLIED or item.outstanding.amount < 0:
        return tr("Guthaben", "credit")
    return tr("ohne Nummer", "no number")
