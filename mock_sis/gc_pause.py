"""Times without a look for garbage: to look through what is just being made, again and again as it
grows, takes much longer than to make it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No look for garbage meanwhile; afterwards as it was before."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()
