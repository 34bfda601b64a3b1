"""/metrics tell of the queue of a fleet, where there is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from prometheus_client import CollectorRegistry, generate_latest

from core.domain.model import ConnectionId, CreditorId, CreditorProfile
from core.store.unit import SqlStore
from webhook_app.standing import StandingCollector

ME = CreditorId("muster")


def figures(store, now):
    platforms = SimpleNamespace(all={})
    app = SimpleNamespace(
        store=store, clock=SimpleNamespace(now=lambda: now), platforms=platforms,
        calendar=lambda _land: SimpleNamespace(feast_days=frozenset()),
    )  # fmt: skip
    registry = CollectorRegistry()
    registry.register(StandingCollector(app))
    lines = generate_latest(registry).decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line.startswith("mahnwerk_fleet"))


def test_what_waits_in_the_queue_and_for_how_long(postgres_url):
    store, now = SqlStore(postgres_url), datetime.now(UTC)
    with store.write() as tx:
        tx.creditors.add(ME, CreditorProfile(name="Muster"), now)
    assert figures(store, now)["mahnwerk_fleet_wait_seconds"] == "0.0"
    with store.write() as tx:
        tx.jobs.events_arrived(ME, ConnectionId(1))
        tx.jobs.account_changed(ME)
    found = figures(store, now + timedelta(minutes=5))
    assert found['mahnwerk_fleet_jobs{state="waiting"}'] == "2.0"
    assert found['mahnwerk_fleet_jobs{state="running"}'] == "0.0"
    assert 290 < float(found["mahnwerk_fleet_wait_seconds"]) < 330
    assert found["mahnwerk_fleet_attempts"] == "0.0"
    store.close()


def test_on_sqlite_there_is_none():
    store, now = SqlStore("sqlite://"), datetime(2026, 10, 1, 12, tzinfo=UTC)
    store.migrate()
    with store.write() as tx:
        tx.creditors.add(ME, CreditorProfile(name="Muster"), now)
    assert figures(store, now) == {}
    store.close()
