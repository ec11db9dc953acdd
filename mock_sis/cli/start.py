"""How a command begins: loaded so that Ctrl-C meanwhile ends it without a traceback.

It imports next to nothing, so that hardly anything is loaded before it takes care of that.
"""

from __future__ import annotations

import io
import signal
import sys
from importlib import import_module


def start(module: str, name: str) -> None:
    """Load the command of that name, `main` of the module, and run it with the words of the command
    line."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # and not ignored, as in the background of a script
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    command = import_module(module).main
    _write_all()
    signal.signal(signal.SIGINT, usual)
    command(prog_name=name)


def _write_all() -> None:
    """Let standard output write all it is given or fail. An unbuffered one (`python -u`) writes as
    much as there is room for, and says nothing of the rest."""
    usual = sys.stdout
    if isinstance(usual, io.TextIOWrapper) and isinstance(usual.buffer, io.RawIOBase):
        encoding, errors = usual.encoding, usual.errors
        whole = io.BufferedWriter(usual.detach())
        sys.stdout = io.TextIOWrapper(whole, encoding, errors)
