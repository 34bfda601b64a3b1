"""How far the first reading of a connection is: kept beside the cursors of its connector."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from shlex import quote
from typing import Any

from core.domain.model import Connection, CreditorId
from core.errors import UsageError
from core.ports import SyncScope, Tx
from core.services.app import App
from core.services.lookup import creditor_of
from core.services.sync_store import DEBTORS, INVOICES, ONBOARDING, PAYMENTS

MONTHS = 24  # of history, enough to know how somebody pays


@dataclass(frozen=True, slots=True)
class Onboarding:
    """``requests`` and ``seconds`` so far, over all processes that took part in it."""

    began: date
    months: int = MONTHS
    done: bool = False
    requests: int = 0
    seconds: int = 0

    def kept(self) -> dict[str, Any]:
        """As the store keeps it."""
        return {
            "months": self.months,
            "done": self.done,
            "requests": self.requests,
            "seconds": self.seconds,
        }

    def scope(self, on: date) -> SyncScope:
        """What streams cover: the months before the day it began, also when it ends later."""
        month = self.began.year * 12 + self.began.month - 1 - self.months
        year, place = divmod(month, 12)
        last = monthrange(year, place + 1)[1]
        return SyncScope(date(year, place + 1, min(self.began.day, last)), on)


def onboarding_of(
    connection: Connection, cursors: Mapping[str, Mapping[str, Any]]
) -> Onboarding | None:
    """None when it never began."""
    kept = cursors.get(ONBOARDING)
    if not kept or connection.first_import_on is None:
        return None
    return Onboarding(
        connection.first_import_on,
        int(kept.get("months", MONTHS)),
        bool(kept.get("done")),
        int(kept.get("requests", 0)),
        int(kept.get("seconds", 0)),
    )


def begin(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    *,
    on: date,
    months: int | None = None,
    start_level: int | None = None,
    restart: bool = False,
) -> tuple[Connection, Onboarding]:
    """Begins the first reading, or takes it up where it ended.

    ``restart`` reads everything again; levels, holds and payments stay. ``start_level`` also
    counts for the backlog that is there already, as long as it was never dunned.

    Raises:
        UsageError: another span of months than it began with, or a level that there is not.
    """
    with app.store.write() as tx:
        _check_level(app, tx, creditor, start_level)
        now = tx.connections.get(creditor, connection.id) or connection
        state = onboarding_of(now, tx.connections.cursors(creditor, now.id))
        if restart:
            for stream in (DEBTORS, INVOICES, PAYMENTS):
                tx.connections.save_cursor(creditor, now.id, stream, {})
            tx.sources.forget_marks(creditor, now.id)
        if state is None or restart:
            now = replace(now, first_import_on=_first(now, on, restart=restart))
            months = months or (state.months if state else MONTHS)
            state = Onboarding(now.first_import_on or on, months)
            tx.connections.save_cursor(creditor, now.id, ONBOARDING, state.kept())
        elif months not in (None, state.months):
            raise _other_span(now, state, months)
        if start_level is not None:
            now = replace(now, settings={**now.settings, "start_level": str(start_level)})
            tx.items.set_start_level(creditor, now.id, start_level)
        tx.connections.save(creditor, now)
    return now, state


def _first(connection: Connection, on: date, *, restart: bool) -> date:
    return on if restart or connection.first_import_on is None else connection.first_import_on


def _other_span(connection: Connection, state: Onboarding, months: int | None) -> UsageError:
    name = connection.name
    return UsageError(
        f"„{name}“ wurde mit {state.months} Monaten eingelesen. Mit {months} neu beginnen: "
        f"mahnwerk onboard {quote(name)} --restart --months {months}",
        en=f"{name} was read with {state.months} months. Begin anew with {months}: "
        f"mahnwerk onboard {quote(name)} --restart --months {months}",
    )


def _check_level(app: App, tx: Tx, creditor: CreditorId, level: int | None) -> None:
    last = len(app.procedure(creditor_of(tx, creditor).profile.procedure).levels)
    if level is not None and not 1 <= level <= last:
        raise UsageError(
            f"--start-level: das Mahnverfahren hat die Stufen 1 bis {last}.",
            en=f"--start-level: the procedure has the levels 1 to {last}.",
        )
