"""Two pieces of work, measured in turns: so that what else the machine does falls on both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

TURNS = 21


def seconds(work: Callable[[], object]) -> float:
    """How long it kept the processor busy; what waits for others does not count."""
    started = time.process_time()
    work()
    return time.process_time() - started


def in_turns(ours: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """The median of ours over the other, and of ours in seconds."""
    pairs = [(seconds(ours), seconds(other)) for _ in range(TURNS)]
    return statistics.median(a / b for a, b in pairs), statistics.median(a for a, _ in pairs)
