"""Measure two functions in turns, so that other load on the machine affects both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

TURNS = 21


def seconds(work: Callable[[], object]) -> float:
    """The processor time of one call, without waiting."""
    started = time.process_time()
    work()
    return time.process_time() - started


def in_turns(ours: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """The median of the ratios ours / other, and the median time of ours in seconds."""
    pairs = [(seconds(ours), seconds(other)) for _ in range(TURNS)]
    return statistics.median(a / b for a, b in pairs), statistics.median(a for a, _ in pairs)
