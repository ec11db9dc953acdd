"""How a command ends that cannot go on: it says why on standard error, and exits with a code that
docs/cli.md and docs/conformance.md name."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import click

from mock_sis.errors import MockSisError, OutputLost

REFUSED = 2
"""The command line or the configuration cannot work."""
INTERRUPTED = 130
"""It was told to end; as a shell says of a program that SIGINT ended."""
UNREAD = 141
"""Whoever read its output has gone; as a shell says of a program that SIGPIPE ended."""

_NO_OUTPUT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE})
"""What a write to standard output fails with, and nothing else that has no file's name."""


class Program(click.Group):
    """Commands that end as told here. `interrupted` is what is said where one is interrupted."""

    interrupted = "Interrupted."

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _ending(self.interrupted):  # help and version are printed meanwhile
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _ending(self.interrupted):
            return super().invoke(ctx)


@contextmanager
def _ending(interrupted: str) -> Iterator[None]:
    """Ends the process with a code and a sentence where the block is refused something on purpose,
    loses its output, or is interrupted."""
    try:
        yield
    except click.ClickException as error:
        with _to_stderr():
            error.show()
        sys.exit(error.exit_code)
    except OutputLost as error:
        _lose(error)
    except MockSisError as error:
        _end(f"Error: {error}", REFUSED)
    except KeyboardInterrupt:
        _end(interrupted, INTERRUPTED)
    except OSError as error:
        if error.errno not in _NO_OUTPUT or error.filename is not None:
            raise
        _lose(output_lost(error))


def output_lost(error: OSError) -> OutputLost:
    """The error of a write to standard output, told with the way out."""
    gone = error.errno == errno.EPIPE
    cure = "Nobody reads it" if gone else "Free some space, or send it elsewhere"
    return OutputLost(
        f"Standard output cannot be written: {error.strerror or error}. {cure}.", unread=gone
    )


def _lose(error: OutputLost) -> None:
    _let_go(sys.stdout)
    if error.unread:
        sys.exit(UNREAD)  # without a word, as other programs end at the head of a pipe
    _end(f"Error: {error}", REFUSED)


def _end(text: str, code: int) -> None:
    with _to_stderr():
        click.echo(text, err=True)
    sys.exit(code)


@contextmanager
def _to_stderr() -> Iterator[None]:
    try:
        yield
    except OSError:  # standard error is lost too; the exit code is all that is left
        _let_go(sys.stderr)


def _let_go(stream: TextIO) -> None:
    """Send nowhere what is still to be written there, or Python would try again at its end and
    exit with a code of its own."""
    with suppress(OSError):  # a stream without a file descriptor
        place = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, place)
        os.close(nowhere)
