"""Figures of the work done, for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

SIZES = (1, 2, 4, 8, 16, 32, 64)
TIMES_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class Figures:
    """How many requests were decided, how many at once, and how long that took."""

    def __init__(self) -> None:
        self.acts = Counter("wellclear_utm_requests_decided", "Requests decided.", registry=None)
        self.batch = Histogram("wellclear_utm_batch", "Requests in one transaction.", buckets=SIZES, registry=None)
        self.batch_s = Histogram(
            "wellclear_utm_batch_seconds", "Time of one transaction, flush included.", buckets=TIMES_S, registry=None
        )

    def all(self) -> tuple[Counter | Histogram, ...]:
        """All of them."""
        return self.acts, self.batch, self.batch_s

    def took(self, count: int, took_s: float) -> None:
        """One transaction was finished."""
        self.acts.inc(count)
        self.batch.observe(count)
        self.batch_s.observe(took_s)
