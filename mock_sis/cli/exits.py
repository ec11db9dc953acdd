"""How a command exits: a sentence on standard error, and an exit code.

docs/cli.md and docs/conformance.md list the codes. Both commands use this module, so that an error
looks the same in each.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import click

from mock_sis.cli.crash import crash
from mock_sis.errors import MockSisError, OutputLost

REFUSED = 2
"""The command line or the configuration is wrong, or the output cannot be written."""
INTERRUPTED = 130
"""Interrupted by Ctrl-C: 128 + SIGINT, as shells report it."""
UNREAD = 141
"""Standard output is a pipe whose reader has closed it: 128 + SIGPIPE, as shells report it."""

_OUTPUT_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE})
"""Errors of a write to standard output. Without a file name, they cannot come from anything
else."""


class Program(click.Group):
    """A group of commands that exit as this module describes. `interrupted` is the message after
    Ctrl-C."""

    interrupted = "Interrupted."

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with self._exit_on_error():  # click prints --help and --version in here
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with self._exit_on_error():
            return super().invoke(ctx)

    @contextmanager
    def _exit_on_error(self) -> Iterator[None]:
        """Exit with a code and a message if the block raises an error or is interrupted."""
        try:
            with _exit_on_expected(self.interrupted):
                yield
        except (click.exceptions.Exit, click.Abort):  # click's own ways to end
            raise
        except Exception as error:
            crash(error, self.name or "mock-sis")


@contextmanager
def _exit_on_expected(interrupted: str) -> Iterator[None]:
    """Exit with a code and a message if the block raises an expected error, cannot write its
    output, or is interrupted. Other exceptions pass."""
    try:
        yield
    except click.ClickException as error:
        with _ignoring_lost_stderr():
            error.show()
        sys.exit(error.exit_code)
    except OutputLost as error:
        _exit_without_output(error)
    except MockSisError as error:
        _exit(f"Error: {error}", REFUSED)
    except KeyboardInterrupt:
        _exit(interrupted, INTERRUPTED)
    except OSError as error:
        if error.errno not in _OUTPUT_ERRORS or error.filename is not None:
            raise
        _exit_without_output(output_lost(error))


def output_lost(error: OSError) -> OutputLost:
    """The error to raise after a failed write to standard output; its message says what to do."""
    closed = error.errno == errno.EPIPE
    cure = "Its reader has closed it" if closed else "Free some space, or redirect the output"
    return OutputLost(
        f"Standard output cannot be written: {error.strerror or error}. {cure}.", unread=closed
    )


def _exit_without_output(error: OutputLost) -> None:
    _discard(sys.stdout)
    if error.unread:
        sys.exit(UNREAD)  # silently, as other programs do when `head` has read enough
    _exit(f"Error: {error}", REFUSED)


def _exit(text: str, code: int) -> None:
    with _ignoring_lost_stderr():
        click.echo(text, err=True)
    sys.exit(code)


@contextmanager
def _ignoring_lost_stderr() -> Iterator[None]:
    try:
        yield
    except OSError:  # only the exit code can tell the user now
        _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Redirect a stream to the null device. Otherwise Python writes the rest of its buffer at exit,
    fails, and replaces the exit code."""
    with suppress(OSError):  # a stream without a file descriptor
        target = stream.fileno()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, target)
        os.close(null)
