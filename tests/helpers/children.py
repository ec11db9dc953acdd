"""Commands that tests start, independent of how the tests were started.

A child inherits which signals are ignored. The background of a script, `nohup` and some CI runners
ignore SIGINT, and Python then installs no handler for Ctrl-C.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

PYTEST = (
    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
    *("-p", "no:hypothesispytest", "-p", "no:schemathesis"),
)
"""pytest without plugins of this environment that take seconds to load."""


def default_signals() -> None:
    """Give SIGINT and SIGTERM their default actions."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def ignored_interrupts() -> None:
    """Ignore SIGINT, as in the background of a script."""
    default_signals()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextlib.contextmanager
def child(
    command: Sequence[str | Path], before: Callable[[], None] = default_signals, **options: Any
) -> Iterator[subprocess.Popen[str]]:
    """A running command, killed when the block ends. `before` runs in the child before the command
    replaces it; `options` are those of Popen."""
    with subprocess.Popen(command, text=True, preexec_fn=before, **options) as process:
        try:
            yield process
        finally:
            process.kill()
