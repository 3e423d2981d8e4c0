"""What the service counts, for Prometheus. Labels hold no ids and no names."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from matchmaker.service.jobs import STATES

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """Counts of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("matchmaker_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "matchmaker_request_seconds",
            "Time to answer",
            ("method", "route"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.jobs = Gauge("matchmaker_jobs", "Jobs in the store", ("state",), registry=self.registry)
        self.ended = Counter("matchmaker_jobs_ended", "Jobs ended by this server", ("state",), registry=self.registry)
        self.children = Gauge("matchmaker_children", "Checks and conversions that run", registry=self.registry)

    def note_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def render(self, counts: dict[str, int]) -> bytes:
        """Return everything as text.

        Parameters
        ----------
        counts : dict of str to int
            Jobs in the store, by state.
        """
        for state in STATES:
            self.jobs.labels(state).set(counts.get(state, 0))
        return generate_latest(self.registry)
