"""Figures for Prometheus, in a registry of their own: two applications in a process do not mix."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from core.services.app import App
from webhook_app.standing import StandingCollector

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Figures:
    """Counters of this process; what the store says is read when it is asked for."""

    def __init__(self, app: App) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(StandingCollector(app))
        self.requests = Counter(
            "mahnwerk_hook_requests",
            "Requests to hooks by what became of them.",
            ("platform", "outcome"),
            registry=self.registry,
        )
        self.events = Counter(
            "mahnwerk_events_stored",
            "Events that were stored for the first time.",
            ("platform",),
            registry=self.registry,
        )
        self.limited = Counter(
            "mahnwerk_failures_limited",
            "Failures that were answered 429.",
            registry=self.registry,
        )
        self.seconds = Histogram(
            "mahnwerk_hook_seconds",
            "Seconds from the request at the application to its answer.",
            ("platform",),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def text(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self.registry)
