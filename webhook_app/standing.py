"""What the store says, as figures for Prometheus: read when they are asked for, never kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from core.errors import MahnwerkError
from core.services.app import App
from core.services.backlog import AccountBacklog, ConnectionBacklog, Standing, backlog

_CONNECTION = ("creditor", "connection")
_RETURNED = "returned-mail"  # what belongs to no connection


class StandingCollector(Collector):
    """Backlog, deliveries, and how old what is known of each connection is."""

    def __init__(self, app: App) -> None:
        self._app = app

    def describe(self) -> Iterable[Metric]:
        """Nothing: the registry shall not read the store when it is told of this collector."""
        return ()

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("mahnwerk_store_up", "1 when the database answers.")
        try:
            found = [*_events(self._app, standing := backlog(self._app)), *_notices(standing)]
            found += [*_work(self._app, standing), _deliveries(self._app, standing)]
        except MahnwerkError:
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        yield from found


def _events(app: App, standing: Standing) -> Iterator[Metric]:
    now = app.clock.now()
    waiting = GaugeMetricFamily(
        "mahnwerk_events_waiting", "Stored events that are not worked on yet.", labels=_CONNECTION
    )
    failed = GaugeMetricFamily(
        "mahnwerk_events_failed", "Events that a person has to look at.", labels=_CONNECTION
    )
    oldest = GaugeMetricFamily(
        "mahnwerk_events_oldest_seconds", "Age of the longest waiting event.", labels=_CONNECTION
    )
    age = GaugeMetricFamily(
        "mahnwerk_connection_age_seconds",
        "Seconds since a connection was last read to the end; absent when it never was.",
        labels=_CONNECTION,
    )
    for account, each in _connections(standing):
        labels = (account.creditor, each.name or _RETURNED)
        waiting.add_metric(labels, each.waiting)
        failed.add_metric(labels, each.failed)
        if each.oldest is not None:
            oldest.add_metric(labels, max(0.0, (now - each.oldest).total_seconds()))
        if each.synced_at is not None:
            age.add_metric(labels, max(0.0, (now - each.synced_at).total_seconds()))
    return iter((waiting, failed, oldest, age))


def _connections(standing: Standing) -> Iterator[tuple[AccountBacklog, ConnectionBacklog]]:
    for account in standing.accounts:
        for each in account.connections:
            yield account, each


def _notices(standing: Standing) -> Iterator[Metric]:
    found = GaugeMetricFamily(
        "mahnwerk_notices",
        "Notices that wait for something: approved to be sent, held, printed to be posted, unknown "
        "to be resolved.",
        labels=("creditor", "state"),
    )
    for account in standing.accounts:
        for state in ("approved", "held", "printed", "unknown"):
            found.add_metric((account.creditor, state), getattr(account, state))
    yield found


def _work(app: App, standing: Standing) -> Iterator[Metric]:
    now = app.clock.now()
    workers = GaugeMetricFamily("mahnwerk_workers", "Workers that were seen of late.")
    workers.add_metric((), len(standing.workers))
    yield workers
    failures = GaugeMetricFamily(
        "mahnwerk_work_failures", "Failures of the unattended work in a row.", labels=("creditor",)
    )
    tried = GaugeMetricFamily(
        "mahnwerk_work_age_seconds",
        "Seconds since a creditor was last worked for; absent when he never was.",
        labels=("creditor",),
    )
    for account in standing.accounts:
        failures.add_metric((account.creditor,), account.failures)
        if account.tried_at is not None:
            seconds = (now - account.tried_at).total_seconds()
            tried.add_metric((account.creditor,), max(0.0, seconds))
    yield failures
    yield tried
    yield from _queue(app, standing)


def _queue(app: App, standing: Standing) -> Iterator[Metric]:
    """The queue of the fleet; nothing where there can be none."""
    queue = standing.queue
    if queue is None:
        return
    jobs = GaugeMetricFamily("mahnwerk_fleet_jobs", "Jobs in the queue.", labels=("state",))
    jobs.add_metric(("waiting",), queue.waiting)
    jobs.add_metric(("running",), queue.running)
    yield jobs
    wait = GaugeMetricFamily(
        "mahnwerk_fleet_wait_seconds", "Age of the job that has waited longest; 0: none waits."
    )
    oldest = datetime.fromisoformat(queue.oldest) if queue.oldest else app.clock.now()
    wait.add_metric((), max(0.0, (app.clock.now() - oldest).total_seconds()))
    yield wait
    attempts = GaugeMetricFamily(
        "mahnwerk_fleet_attempts", "How often the worker of one of these jobs died, at most."
    )
    attempts.add_metric((), queue.attempts)
    yield attempts


def _deliveries(app: App, standing: Standing) -> Metric:
    found = GaugeMetricFamily(
        "mahnwerk_deliveries",
        "Deliveries there ever were, by the state they are in.",
        labels=("creditor", "state"),
    )
    with app.store.read() as tx:
        for account in standing.accounts:
            for state, count in tx.deliveries.counts(account.creditor).items():
                found.add_metric((account.creditor, state.value), count)
    return found
