"""Pause garbage collection while large structures are built.

The collector runs again and again while objects are being created, and each run walks through all
of them. While a large structure grows, those runs cost more than building it does.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause_gc() -> Iterator[None]:
    """Disable the garbage collector in the block; afterwards restore its previous state."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
