"""`mock-sis serve`."""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import click

from mock_sis.cli.exits import output_lost
from mock_sis.cli.serve_options import Options, with_options
from mock_sis.errors import SeedError, UsageError
from mock_sis.seeds import library
from mock_sis.server import run
from mock_sis.server.binding import is_loopback
from mock_sis.server.tls import https
from mock_sis.simulator import Simulator


@click.command()
@with_options
def serve(**given: Any) -> None:
    """Run the simulator until Ctrl-C or SIGTERM.

    Prints `ready URL` when it accepts requests. Without options, it listens on 127.0.0.1:8080 and
    starts from the built-in seed `demo`.

    \b
    Use a free port, from a script that waits for the file sis.url:
      mock-sis serve --port 0 --ready-file sis.url

    \b
    Accept requests from other machines:
      mock-sis serve --host 0.0.0.0 --control-token "$TOKEN"
    """
    options = Options(**given)
    _require_token(options.host, options.control_token)
    _require_root(options.public_url)
    tls = https(options.tls_cert, options.tls_key)
    simulator = _simulator(options)
    loop = _uvloop_run() if options.uvloop else asyncio.run
    with ExitStack() as at_end:
        ready = _announce(options.ready_file, at_end)
        serving = run(
            simulator,
            options.host,
            options.port,
            ready,
            body_timeout=options.body_timeout,
            tls=tls,
            log=_log if options.log_requests else None,
        )
        try:
            loop(serving)
        except OSError as error:
            raise _cannot_listen(options.host, options.port, error) from error


def _log(line: str) -> None:
    with suppress(OSError):  # a log that nobody can read is no reason to stop
        click.echo(line, err=True)


def _simulator(options: Options) -> Simulator:
    """A simulator that has loaded its seed document. Raises SeedError with the place in it."""
    simulator = Simulator(
        public_url=options.public_url.rstrip("/"),
        control_token=options.control_token,
        allow_fault_header=options.allow_fault_header,
        body_limit=options.body_limit,
    )
    try:
        simulator.load(_document(options.seed, options.clock))
    except SeedError as error:
        raise library.located(options.seed, error) from error
    return simulator


def _require_token(host: str, token: str | None) -> None:
    if token == "":
        raise UsageError("--control-token is empty; give a token of at least one character.")
    if not is_loopback(host) and token is None:
        raise UsageError(
            f"--host {host} can be reached from other machines, which could then change grades and "
            "read the journal. Set --control-token, or listen on 127.0.0.1."
        )


def _require_root(url: str) -> None:
    if url and not re.fullmatch(r"https?://[^/?#\s]+[^?#\s]*", url):
        raise UsageError(
            "--public-url must be a complete URL such as https://sis.example.edu/mock "
            f"(got {url!r})."
        )


def _document(seed: str, clock: Literal["real", "virtual"] | None) -> dict[str, Any]:
    document = library.find(seed)
    if clock is None:
        return document
    return {**document, "clock": {**document.get("clock", {}), "mode": clock}}


def _announce(ready_file: Path | None, at_end: ExitStack) -> Callable[[str], None]:
    def ready(url: str) -> None:
        if ready_file is not None:
            _write_ready(ready_file, url)
            at_end.callback(_remove, ready_file)  # until then, it may belong to another simulator
        try:
            click.echo(f"ready {url}")
        except OSError as error:  # or it would be reported as an error of the address
            raise output_lost(error) from error

    return ready


def _write_ready(file: Path, url: str) -> None:
    # Renamed into place, so that a waiting script never reads an incomplete URL.
    draft = file.with_name(f"{file.name}.part")
    try:
        _refuse_special(file)
        draft.write_text(f"{url}\n")
        draft.replace(file)
    except OSError as error:
        _remove(draft)
        raise UsageError(
            f"--ready-file {file} cannot be written: {error.strerror or error}. "
            "Name a file in an existing folder with free space."
        ) from error


def _refuse_special(file: Path) -> None:
    """Raise UsageError for a pipe or a device, which the file would replace."""
    if file.exists() and not file.is_file():
        raise UsageError(
            f"--ready-file {file} is not a regular file, and would be replaced. Name a regular "
            "file, or one that does not exist yet."
        )


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink()


def _cannot_listen(host: str, port: int, error: OSError) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        return UsageError(
            f"Port {port} on {host} is in use; choose another with --port, or 0 for a free one."
        )
    return UsageError(f"Cannot listen on {host}:{port}: {error.strerror or error}.")


def _uvloop_run() -> Callable[[Coroutine[Any, Any, None]], None]:
    try:
        found: Callable[[Coroutine[Any, Any, None]], None] = import_module("uvloop").run
    except ImportError as error:
        raise UsageError(
            "uvloop is not installed; run `pip install 'mock-sis[uvloop]'`."
        ) from error
    return found
