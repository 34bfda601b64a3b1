"""Limitation (Verjährung) of a claim under German law: §§ 195, 199, 209, 212 BGB (law §3.1).

The day that is told is the plain one. What may move it (an acknowledgement, a served claim) is
flagged for a person, never relied on: a claim that was left to lapse is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.domain.default import GERMAN_LAW

REGULAR_PERIOD_YEARS = 3  # § 195 BGB
WARNING_DAYS = (30, 90, 180)  # before the day a claim lapses; the narrowest that is reached
LAPSED = 0


class LimitationReason(StrEnum):
    """What can be said of a claim's limitation; sentences: ``limitation_texts``."""

    UNKNOWN = "limitation_unknown"  # no day is known from which to count
    OTHER_LAW = "limitation_other_law"
    RUNNING = "limitation_running"
    SOON = "limitation_soon"
    LAPSED = "limitation_lapsed"
    RENEWED = "limitation_may_have_begun_anew"
    STOPPED = "limitation_may_be_stopped"


@dataclass(frozen=True, slots=True)
class Limitation:
    """When a claim lapses. ``warning`` is 180, 90 or 30 (days class reached), 0 = lapsed.

    ``review`` asks a person to look: an acknowledgement or a served claim may move the day.
    ``if_renewed`` is the last day if the acknowledgement counts; ``stopped``: something was served.
    """

    lapses_on: date | None
    warning: int | None = None
    acknowledged_on: date | None = None
    review: bool = False
    if_renewed: date | None = None
    stopped: bool = False
    other_law: bool = False


def lapses_on(
    delivered_on: date | None, invoice_date: date | None, due_date: date | None = None
) -> date | None:
    """Last day before the debtor may refuse: 31 December of the third year after the claim arose.

    Counted from the earlier of delivery and invoice date, the careful choice; the due date only
    where neither is known. No reliance on § 193 BGB. None when no day is known.
    """
    known = [day for day in (delivered_on, invoice_date) if day is not None]
    arose = min(known) if known else due_date
    return None if arose is None else date(arose.year + REGULAR_PERIOD_YEARS, 12, 31)


def warning(lapses: date | None, on: date) -> int | None:
    """180, 90 or 30 when that few days are left, 0 when the claim has lapsed, else None."""
    if lapses is None:
        return None
    if on > lapses:
        return LAPSED
    return next((days for days in WARNING_DAYS if on >= lapses - timedelta(days=days)), None)


def limitation_of(
    *,
    on: date,
    delivered_on: date | None = None,
    invoice_date: date | None = None,
    due_date: date | None = None,
    acknowledged_on: date | None = None,
    served_on: date | None = None,
    law: str = GERMAN_LAW,
) -> Limitation:
    """Limitation of one claim. Only German law is known; elsewhere no day is told.

    ``acknowledged_on``: the debtor paid a part or otherwise acknowledged (§ 212 Abs. 1 Nr. 1 BGB).
    ``served_on``: a claim or court payment order was served (§ 204 Abs. 1 Nr. 1, 3 BGB).
    """
    if law != GERMAN_LAW:
        return Limitation(None, acknowledged_on=acknowledged_on, other_law=True)
    lapses = lapses_on(delivered_on, invoice_date, due_date)
    renewed = _renewed(lapses, acknowledged_on)
    stopped = served_on is not None and (lapses is None or served_on <= lapses)
    review = renewed is not None or stopped
    return Limitation(lapses, warning(lapses, on), acknowledged_on, review, renewed, stopped)


def _renewed(lapses: date | None, acknowledged_on: date | None) -> date | None:
    """Three years from the acknowledgement, if that is later and came in time (§ 212 BGB)."""
    if lapses is None or acknowledged_on is None or acknowledged_on > lapses:
        return None
    year = acknowledged_on.year + REGULAR_PERIOD_YEARS
    last = 28 if (acknowledged_on.month, acknowledged_on.day) == (2, 29) else acknowledged_on.day
    renewed = date(year, acknowledged_on.month, last)  # § 188 Abs. 2, 3 BGB
    return renewed if renewed > lapses else None


def findings(limitation: Limitation) -> list[tuple[LimitationReason, Mapping[str, str]]]:
    """What to tell of it, the plain day first; facts are ISO days."""
    plain = {} if limitation.lapses_on is None else {"lapses_on": str(limitation.lapses_on)}
    found: list[tuple[LimitationReason, Mapping[str, str]]] = [(_plain(limitation), plain)]
    if limitation.if_renewed is not None:
        facts = {
            **plain,
            "acknowledged_on": str(limitation.acknowledged_on),
            "if_renewed": str(limitation.if_renewed),
        }
        found.append((LimitationReason.RENEWED, facts))
    if limitation.stopped:
        found.append((LimitationReason.STOPPED, plain))
    return found


def _plain(limitation: Limitation) -> LimitationReason:
    if limitation.other_law:
        return LimitationReason.OTHER_LAW
    if limitation.lapses_on is None:
        return LimitationReason.UNKNOWN
    if limitation.warning is None:
        return LimitationReason.RUNNING
    return LimitationReason.SOON if limitation.warning else LimitationReason.LAPSED
