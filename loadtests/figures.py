"""What a run came to, as a value that passes from locust's process to the bench's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """What locust counted of the exports.

    `rate` is in requests a second, percentiles are in milliseconds, `complaints` are (text, times).
    """

    requests: int
    failures: int
    rate: float
    p50: float
    p95: float
    p99: float
    complaints: tuple[tuple[str, int], ...] = ()

    @property
    def good(self) -> bool:
        """Whether something was exported and nothing at all went wrong."""
        return self.requests > 0 and not self.failures and not self.complaints


def result(stats: Any, name: str) -> Result | None:
    """The figures of the requests of that name in locust's RequestStats; None where none was made.

    Complaints are those of all requests, so that a failed preparation shows too.
    """
    entry = next((found for found in stats.entries.values() if found.name == name), None)
    if entry is None:
        return None
    p50, p95, p99 = (entry.get_response_time_percentile(part) for part in (0.5, 0.95, 0.99))
    complaints = tuple(
        (f"{error.name}: {error.to_dict()['error']}", error.occurrences)
        for error in stats.errors.values()
    )
    return Result(
        entry.num_requests, entry.num_failures, entry.total_rps, p50, p95, p99, complaints
    )
