"""The results of a run, as a value that locust's process passes to the bench's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """What locust counted of the exports.

    `rate` is in requests per second, the percentiles are in milliseconds, and `reasons` lists the
    reasons for failures as (text, count).
    """

    requests: int
    failures: int
    rate: float
    p50: float
    p95: float
    p99: float
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether exports were sent and no request failed."""
        return self.requests > 0 and not self.failures and not self.reasons


def result(stats: Any, name: str) -> Result | None:
    """The results of the requests with that name in locust's RequestStats, or None without any.

    The reasons are those of all requests, to include failed preparations.
    """
    entry = next((found for found in stats.entries.values() if found.name == name), None)
    if entry is None:
        return None
    p50, p95, p99 = (entry.get_response_time_percentile(part) for part in (0.5, 0.95, 0.99))
    reasons = tuple(
        (f"{error.name}: {error.to_dict()['error']}", error.occurrences)
        for error in stats.errors.values()
    )
    return Result(entry.num_requests, entry.num_failures, entry.total_rps, p50, p95, p99, reasons)
