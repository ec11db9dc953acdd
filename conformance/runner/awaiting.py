"""Run a command's work in an event loop that ends for SIGTERM as for Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


def completed(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end. SIGTERM ends it as Ctrl-C does, after stopping every adapter.
    Raises KeyboardInterrupt for either."""

    async def guarded() -> T:
        task = asyncio.current_task()
        assert task is not None
        with suppress(NotImplementedError):  # Windows ends a process without asking it
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await coroutine

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
