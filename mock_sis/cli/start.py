"""Start a command: Ctrl-C ends it without a traceback even while its modules are being imported.

This module itself imports almost nothing, so that the protection begins early.
"""

from __future__ import annotations

import io
import signal
import sys
from importlib import import_module

from mock_sis.cli.crash import crash


def start(module: str, name: str) -> None:
    """Import `main` from the module and run it as the command `name`, with the arguments of this
    process."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:  # a script's background jobs ignore SIGINT
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        command = import_module(module).main
        _buffer_stdout()
    except Exception as error:  # an incomplete installation, for example
        crash(error, name)
    signal.signal(signal.SIGINT, handler)
    command(prog_name=name)


def _buffer_stdout() -> None:
    """Make a write to standard output complete or fail. An unbuffered stream (`python -u`) writes
    what fits on the disk and does not report the rest."""
    stdout = sys.stdout
    if isinstance(stdout, io.TextIOWrapper) and isinstance(stdout.buffer, io.RawIOBase):
        encoding, errors = stdout.encoding, stdout.errors
        buffered = io.BufferedWriter(stdout.detach())
        sys.stdout = io.TextIOWrapper(buffered, encoding, errors)
