"""What scenes of several platforms play alike, and whom they play with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from stage import Stage

from core.domain.money import Money
from core.domain.platform_records import NoticeToWrite
from core.errors import Unreachable

MARKER = "Mahnwerk 17/42"
HOOK = "https://mahnwerk.example/hooks/1"
JANUARY, FEBRUARY = date(2026, 1, 12), date(2026, 2, 16)


def named(*scenes: Callable[[Any], None]) -> dict[str, Callable[[Any], None]]:
    return {each.__name__: each for each in scenes}


def first_reading(stage: Stage[Any], book: Callable[[Any], object]) -> None:
    """Of an account with that book, and the payments of what is settled."""
    stage.change(book)
    stage.learnt["account"] = stage.connector.check()
    stage.sync()
    stage.sync("payments")


def look(
    stage: Stage[Any], invoice: str, *changes: Callable[[Any], object], notices: bool = False
) -> None:
    """One invoice, read alone a minute after each change."""
    for change in changes:
        stage.clock.advance(minutes=1)
        stage.change(change)
        batch = stage.mirror.refresh(stage.connector, invoice)
        looks: list[Any] = stage.learnt.setdefault("looks", [])
        also = {"notices": batch.notices} if notices else {}
        looks.append({"invoices": batch.invoices, **also, "gone": batch.gone})


def notice(invoice: str, marker: str = MARKER, level: int = 0) -> NoticeToWrite:
    charge, rest = Money(Decimal("2.50"), "EUR"), Money(Decimal("119.00"), "EUR")
    title, on = "Letzte außergerichtliche Mahnung", date(2026, 3, 2)
    charges = (("Mahngebühr", charge),)
    return NoticeToWrite(
        invoice, marker, title, on, date(2026, 3, 16), "de", rest, charges, level=level
    )


def write_two(stage: Stage[Any], fault: str, first: NoticeToWrite, late: NoticeToWrite) -> None:
    """The first is found afterwards; of the second the answer is lost to that fault."""
    connector, learnt = stage.connector, stage.learnt
    learnt["before"] = connector.find_notice(first.invoice, first.marker)
    learnt["written"] = connector.write_notice(first)
    learnt["found"] = connector.find_notice(first.invoice, first.marker)
    stage.change(lambda sandbox: sandbox.fault(fault, method="POST"))
    with suppress(Unreachable):
        learnt["late"] = connector.write_notice(late)
    learnt["late_found"] = connector.find_notice(late.invoice, late.marker)


def write_to_paid(stage: Stage[Any], notice: NoticeToWrite) -> None:
    stage.change(lambda sandbox: sandbox.pay(notice.invoice))
    stage.failing("paid", lambda: stage.connector.write_notice(notice))


def gone_through(stage: Stage[Any], kinds: tuple[str, ...], call: Callable[[], object]) -> None:
    """Faults that end by themselves: what the call brings in spite of each, and a sync."""
    for kind in kinds:
        stage.change(lambda sandbox, kind=kind: sandbox.fault(kind, times=1))
        stage.learnt[kind] = call()
    stage.sync()
    stage.learnt["refused"] = len(stage.gate.refused)
