"""Import of export files: read all, store each whole or not at all, recompute what changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from core.domain.model import Connection, CreditorId, Role
from core.domain.records import BatchInfo, FileImport, PostingKind
from core.errors import DataRefused, NotSupported, Problem, Severity, UsageError
from core.ports import FileConnector, ImportOptions, Tx
from core.services.app import App
from core.services.batches import store_file
from core.services.lookup import creditor_of
from core.services.recompute import recompute

# Master data first, so that terms and addresses are there when the ledger is computed.
ORDER = ("payment_terms", "sundry_addresses", "debtors", "opos", "postings", "ignored")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import read, stored and refused. ``seconds`` is wall time."""

    connection: str
    records: dict[str, int]
    files: tuple[BatchInfo, ...]
    problems: tuple[Problem, ...]
    seconds: float
    booked_until: date | None

    @property
    def refused(self) -> bool:
        """True when a record or a file was refused; its neighbours are stored."""
        return any(p.severity is Severity.ERROR for p in self.problems)


@dataclass(slots=True)
class _Collected:
    read: list[FileImport] = field(default_factory=list)
    infos: list[BatchInfo] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def import_files(
    app: App,
    creditor: CreditorId,
    paths: Sequence[Path],
    *,
    platform: str,
    connection: str | None = None,
    as_of: date | None = None,
    client: str = "",
    start_level: int | None = None,
    replace_locked: bool = False,
    on: date,
) -> ImportReport:
    """Imports files in any order; the same file again changes nothing.

    Every file is stored whole or not at all; a refused one never costs another.

    Raises:
        UsageError: no file, an unknown connection, or an as-of day in the future.
        NotSupported: the platform has no files to import.
    """
    started = time.perf_counter()
    reader = app.files.get(platform)
    if reader is None:
        raise NotSupported(
            f"„{platform}“ kennt keine Dateien zum Einlesen.",
            en=f"{platform} has no files to import.",
        )
    if not paths:
        raise UsageError("Keine Datei angegeben.", en="No file given.")
    with app.store.write() as tx:
        today = app.clock.today(creditor_of(tx, creditor).profile.zone)
        _check_day(as_of, today)
        chosen = _connection(tx, creditor, platform, connection, start_level, on)
        others = [c for c in tx.connections.all(creditor) if c.id != chosen.id]
    collected = _read_all(app, reader, paths, ImportOptions(as_of, client, chosen.settings))
    chosen = _claim_client(app, chosen, others, collected)
    with app.store.write() as tx:
        changed: set[str] = set()
        recompute_all = False
        for each in sorted(collected.read, key=lambda f: ORDER.index(f.info.category)):
            result = store_file(app, tx, creditor, chosen.id, each, replace_locked=replace_locked)
            collected.problems.extend(result.problems)
            changed |= result.accounts
            recompute_all = recompute_all or result.touches_all
            if result.new:
                chosen = _book_until(chosen, each.info, today)
        tx.connections.save(creditor, chosen)
        accounts = None if recompute_all else changed
        collected.problems += recompute(tx, creditor, chosen, accounts, on=on, at=app.clock.now())
        _log(app, tx, creditor, chosen, collected)
    return ImportReport(
        chosen.name,
        _counts(collected),
        tuple(collected.infos),
        tuple(collected.problems),
        time.perf_counter() - started,
        chosen.booked_until,
    )


def _check_day(as_of: date | None, today: date) -> None:
    """A list of a day to come would make every payment until then count as known."""
    if as_of is not None and as_of > today:
        raise UsageError(
            f"Der Stichtag {as_of:%d.%m.%Y} liegt in der Zukunft.",
            en=f"The as-of day {as_of} lies in the future.",
        )


def _connection(
    tx: Tx,
    creditor: CreditorId,
    platform: str,
    name: str | None,
    start_level: int | None,
    on: date,
) -> Connection:
    """The named connection, the only one of that platform, or a new one on first import."""
    existing = [c for c in tx.connections.all(creditor) if c.platform == platform]
    if name is None and len(existing) > 1:
        listed = ", ".join(c.name for c in existing)
        raise UsageError(
            f"Mehrere Anbindungen; bitte eine angeben mit --connection: {listed}",
            en=f"Several connections; choose one with --connection: {listed}",
        )
    chosen = next((c for c in existing if name in (None, c.name)), None)
    if chosen is None:
        chosen = tx.connections.add(creditor, platform, name or platform, Role.LEADING, "", on)
    if chosen.first_import_on is None:
        chosen = replace(chosen, first_import_on=on)
    if start_level is not None:
        chosen = replace(chosen, settings={**chosen.settings, "start_level": str(start_level)})
    tx.connections.save(creditor, chosen)
    return chosen


def _read_all(
    app: App, reader: FileConnector, paths: Sequence[Path], options: ImportOptions
) -> _Collected:
    collected = _Collected()
    for path in paths:
        try:
            found = reader.read(path, options)
        except DataRefused as refused:
            said = refused.sentence(app.language)
            collected.problems.append(Problem("file_refused", Severity.ERROR, path.name, said))
            continue
        collected.read.append(found)
        collected.infos.append(found.info)
        collected.problems.extend(found.problems)
    return collected


def _claim_client(
    app: App, connection: Connection, others: Sequence[Connection], collected: _Collected
) -> Connection:
    """The first file decides whose books these are; files of another client are refused.

    So is a client that another leading connection has: its customers would get every letter
    twice (architecture §2, one claim, one connection).
    """
    accepted: list[FileImport] = []
    for each in collected.read:
        client = each.info.client
        rival = next((c for c in others if client and c.client == client), None)
        twice = rival is not None and Role.LEADING is rival.role is connection.role
        if client and not connection.client and each.info.category != "ignored" and not twice:
            connection = replace(connection, client=client)
        file = each.info.file
        if twice and rival is not None:
            said = _client_twice(app, client, rival)
            collected.problems.append(Problem("client_twice", Severity.ERROR, file, said))
        elif client and client != connection.client:
            said = _other_client(app, client, connection)
            collected.problems.append(Problem("other_client", Severity.ERROR, file, said))
        else:
            accepted.append(each)
            continue
        collected.infos.remove(each.info)
    collected.read = accepted
    return connection


def _client_twice(app: App, client: str, rival: Connection) -> str:
    return app.say(
        f"Berater/Mandant {client} wird schon aus der Anbindung „{rival.name}“ gemahnt. Diese "
        "nur zum Nachweis führen: mahnwerk connect … --set role=evidence, oder dort einlesen.",
        f"Berater/Mandant {client} is dunned from the connection {rival.name} already. Keep this "
        "one as evidence: mahnwerk connect … --set role=evidence, or import it there.",
    )


def _other_client(app: App, client: str, connection: Connection) -> str:
    return app.say(
        f"Die Datei gehört zu Berater/Mandant {client}, die Anbindung "
        f"„{connection.name}“ zu {connection.client or 'keinem'}. "
        "Für einen anderen Mandanten: eigene Anbindung (--connection) oder --creditor.",
        f"The file belongs to Berater/Mandant {client}, the connection "
        f"{connection.name} to {connection.client or 'none'}. "
        "For another client use a connection of its own (--connection) or --creditor.",
    )


def _book_until(connection: Connection, info: BatchInfo, today: date) -> Connection:
    """Moves the booked-through day on by what a new file shows, never into the future.

    A bank line that is dated ahead proves nothing about the days until then. Files that were
    there before count no more: a person may have set an earlier day since.
    """
    if info.booked_until is None:
        return connection
    day = min(info.booked_until, today)
    if connection.booked_until is not None and day <= connection.booked_until:
        return connection
    return replace(connection, booked_until=day, booked_source=info.category)


def _counts(collected: _Collected) -> dict[str, int]:
    kinds = [p.kind for each in collected.read for p in each.postings]
    return {
        "invoices": sum(kind is PostingKind.INVOICE for kind in kinds)
        + sum(b.outstanding.amount > 0 for each in collected.read for b in each.balances),
        "payments": sum(kind is PostingKind.PAYMENT for kind in kinds),
        "debtors": sum(len(each.debtors) for each in collected.read),
    }


def _log(
    app: App, tx: Tx, creditor: CreditorId, connection: Connection, collected: _Collected
) -> None:
    files = [{"file": i.file, "sha256": i.sha256, "rows": i.rows} for i in collected.infos]
    payload = {"files": files, "problems": len(collected.problems)}
    tx.events.append(creditor, "import", {"connection": connection.id}, payload, app.clock.now())
