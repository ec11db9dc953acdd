"""`mock-sis serve`."""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, suppress
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

import click

from mock_sis.cli.exits import output_lost
from mock_sis.errors import SeedError, UsageError
from mock_sis.seeds import library
from mock_sis.server import run
from mock_sis.simulator import Simulator


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    envvar="MOCK_SIS_HOST",
    show_envvar=True,
    help="Address to listen on. One that other machines can reach requires --control-token.",
)
@click.option(
    "--port",
    default=8080,
    type=click.IntRange(0, 65535),
    show_default=True,
    envvar="MOCK_SIS_PORT",
    show_envvar=True,
    help="Port to listen on; 0 picks a free port.",
)
@click.option(
    "--seed",
    default="demo",
    metavar="NAME|FILE",
    show_default=True,
    envvar="MOCK_SIS_SEED",
    show_envvar=True,
    help="Seed document to start from: the name of a built-in one, or a YAML or JSON file.",
)
@click.option(
    "--public-url",
    default="",
    metavar="URL",
    envvar="MOCK_SIS_PUBLIC_URL",
    show_envvar=True,
    help="Root URL that clients use, if a proxy or container changes it.",
)
@click.option(
    "--control-token",
    metavar="TOKEN",
    envvar="MOCK_SIS_CONTROL_TOKEN",
    show_envvar=True,
    help="Token that requests below /_control must send as `Authorization: Bearer TOKEN`.",
)
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="MOCK_SIS_READY_FILE",
    show_envvar=True,
    help="File to write the base URL to when the simulator is ready; removed at exit.",
)
@click.option(
    "--allow-fault-header",
    is_flag=True,
    envvar="MOCK_SIS_ALLOW_FAULT_HEADER",
    show_envvar=True,
    help="Let a request inject a fault into its own answer with the header X-Mock-Fault.",
)
@click.option(
    "--body-limit",
    default=64 * 2**20,
    type=click.IntRange(min=1),
    metavar="BYTES",
    show_default=True,
    envvar="MOCK_SIS_BODY_LIMIT",
    show_envvar=True,
    help="Largest request body, in bytes; larger ones are answered with 413.",
)
@click.option(
    "--body-timeout",
    default=30.0,
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    show_default=True,
    envvar="MOCK_SIS_BODY_TIMEOUT",
    show_envvar=True,
    help="Longest pause within a request body, in seconds; then the answer is 408.",
)
@click.option(
    "--clock",
    type=click.Choice(["real", "virtual"]),
    envvar="MOCK_SIS_CLOCK",
    show_envvar=True,
    help="`virtual` time stands still until a request advances it. Default: set by the seed.",
)
@click.option(
    "--uvloop",
    is_flag=True,
    envvar="MOCK_SIS_UVLOOP",
    show_envvar=True,
    help="Use the event loop uvloop (`pip install 'mock-sis[uvloop]'`).",
)
def serve(
    host: str,
    port: int,
    seed: str,
    public_url: str,
    control_token: str | None,
    ready_file: Path | None,
    allow_fault_header: bool,
    body_limit: int,
    body_timeout: float,
    clock: Literal["real", "virtual"] | None,
    uvloop: bool,
) -> None:
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
    _require_token(host, control_token)
    _require_root(public_url)
    simulator = Simulator(
        public_url=public_url.rstrip("/"),
        control_token=control_token,
        allow_fault_header=allow_fault_header,
        body_limit=body_limit,
    )
    try:
        simulator.load(_document(seed, clock))
    except SeedError as error:
        raise library.located(seed, error) from error
    loop = _uvloop_run() if uvloop else asyncio.run
    with ExitStack() as at_end:
        ready = _announce(ready_file, at_end)
        try:
            loop(run(simulator, host, port, ready, body_timeout=body_timeout))
        except OSError as error:
            raise _cannot_listen(host, port, error) from error


def _require_token(host: str, token: str | None) -> None:
    if token == "":
        raise UsageError("--control-token is empty; give a token of at least one character.")
    if token is None and not _is_loopback(host):
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


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
