"""Reading single invoices of a live platform again, at once, because a person asks for it.

Beside a reading of the whole connection: it takes no lease, since one invoice is stored in one
transaction, and what such a reading learned before stays behind (``store_batch``).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.domain.model import Connection, CreditorId, ItemKind
from core.domain.model import OpenItem as Item
from core.domain.platform_records import Batch
from core.errors import MahnwerkError, Problem, UsageError
from core.ports import Lane, PlatformNoticeRow, Tx
from core.services.app import App
from core.services.asking import asking, live_connections
from core.services.onboarding_state import onboarding_of
from core.services.reading import payments_in
from core.services.sync import (
    ConnectionReport,
    Reread,
    SyncReport,
    booked_until,
    log_reading,
    refresh_invoices,
    unreadable,
)
from core.services.sync_store import Stored


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a name stands for: ``item`` is None for a record that could never be read."""

    connection: Connection
    external_id: str
    item: Item | None

    @property
    def label(self) -> str:
        named = f"{self.connection.name}:{self.external_id}"
        return named if self.item is None else f"{named} ({self.item.outstanding})"


def sync_invoices(
    app: App, creditor: CreditorId, name: str | None, numbers: Sequence[str], *, on: date
) -> SyncReport:
    """Reads these invoices again, each once, in the lane of events, and says what is open now.

    ``numbers`` as everywhere: number, external id or ``connection:external_id``, of the named
    connection or of any. A platform that fails stands in the report of its connection, and what
    was read before is stored.

    Raises:
        UsageError: a name is unknown, ambiguous or not of a live platform; then nothing is asked.
    """
    with app.store.read() as tx:
        live, files = live_connections(app, tx, creditor, name)
        meant = [_meant(tx, creditor, text, live, files) for text in numbers]
    wanted: dict[str, dict[str, None]] = {}
    for each in meant:
        wanted.setdefault(each.connection.name, {})[each.external_id] = None
    return SyncReport(
        tuple(
            _read(app, creditor, connection, list(wanted[connection.name]), on=on)
            for connection in live
            if connection.name in wanted
        )
    )


def _meant(
    tx: Tx,
    creditor: CreditorId,
    text: str,
    live: Sequence[Connection],
    files: Sequence[Connection],
) -> _Meant:
    at = {each.id: each for each in (*live, *files)}
    items = [item for item in tx.items.find(creditor, text) if item.connection in at]
    # What is left of charges is a claim of ours; the platform does not have it.
    found = [each for each in items if each.kind is not ItemKind.CHARGE_RESIDUAL]
    found = [each for each in found if each.outstanding.amount] or found
    if items and not found:
        raise UsageError(
            f"„{text}“ ist ein Rest aus Nebenforderungen und steht auf keiner Plattform.",
            en=f"{text} is what is left of charges and stands on no platform.",
        )
    candidates = [_Meant(at[each.connection], each.external_id, each) for each in found]
    candidates = candidates or list(_never_read(tx, creditor, text, live))
    if not candidates:
        raise UsageError(
            f"Keine Rechnung „{text}“ gefunden. Was seit dem letzten Abruf entstand, holt: "
            "mahnwerk sync",
            en=f"No invoice {text} found. What was made since the last sync is fetched by: "
            "mahnwerk sync",
        )
    if len(candidates) > 1:
        listed = ", ".join(each.label for each in candidates)
        raise UsageError(
            f"„{text}“ ist nicht eindeutig; gemeint sein kann: {listed}",
            en=f"{text} is ambiguous; candidates: {listed}",
        )
    (only,) = candidates
    if only.connection not in live:
        raise _from_files(text, only.connection)
    return only


def _never_read(
    tx: Tx, creditor: CreditorId, text: str, live: Sequence[Connection]
) -> list[_Meant]:
    """Records that could not be read so far, and so have no number."""
    return [
        _Meant(connection, each.external_id, None)
        for connection in live
        for each in tx.sources.unread(creditor, connection.id)
        if text in (each.external_id, f"{connection.name}:{each.external_id}")
    ]


def _from_files(text: str, connection: Connection) -> UsageError:
    return UsageError(
        f"„{text}“ steht auf „{connection.name}“ und wird aus Dateien eingelesen; abzurufen gibt es "
        "nichts. Einen neuen Stand bringt: mahnwerk import datev …",
        en=f"{text} stands on {connection.name} and is read from files; there is nothing to fetch. "
        "A new state comes by: mahnwerk import datev …",
    )


@dataclass(slots=True)
class _Counted:
    """What a few answers brought."""

    records: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("invoices", "payments", "debtors"), 0)
    )
    problems: list[Problem] = field(default_factory=list)
    notices: list[PlatformNoticeRow] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def add(self, external_id: str, batch: Batch, stored: Stored) -> None:
        self.asked.append(external_id)
        self.gone.update(batch.gone)
        self.records["invoices"] += len(batch.invoices)
        self.records["debtors"] += len(batch.debtors)
        self.records["payments"] += payments_in(batch)
        self.problems += [*(each.problem for each in batch.unread), *batch.problems]
        self.notices += stored.notices


def _read(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    external_ids: Sequence[str],
    *,
    on: date,
) -> ConnectionReport:
    started = time.perf_counter()
    before = unreadable(app, creditor, connection)
    was = _items(app, creditor, connection, external_ids)
    found, error, requests = _Counted(), None, 0
    try:
        with asking(app, creditor, connection, Lane.EVENT) as connector:
            try:
                refresh_invoices(
                    app, creditor, connection, external_ids, on=on, connector=connector,
                    told=found.add,
                )  # fmt: skip
            finally:
                requests = connector.requests
    except MahnwerkError as failed:
        error = failed
    now = _items(app, creditor, connection, found.asked)
    with app.store.read() as tx:
        state = onboarding_of(connection, tx.connections.cursors(creditor, connection.id))
    report = ConnectionReport(
        connection.name,
        connection.platform,
        found.records,
        tuple(found.problems),
        tuple(found.notices),
        requests,
        time.perf_counter() - started,
        booked_until(app, creditor, connection),
        state is None or not state.done,
        bool(unreadable(app, creditor, connection) - before),
        error,
        tuple(
            Reread(now[each], was.get(each), each in found.gone)
            for each in found.asked
            if each in now
        ),
    )
    log_reading(app, creditor, connection, report)
    return report


def _items(
    app: App, creditor: CreditorId, connection: Connection, external_ids: Collection[str]
) -> Mapping[str, Item]:
    """Those of them that are items, by external id."""
    with app.store.read() as tx:
        named = (tx.items.find(creditor, f"{connection.name}:{each}") for each in external_ids)
        found = [item for some in named for item in some if item.connection == connection.id]
    return {item.external_id: item for item in found if item.external_id in external_ids}
