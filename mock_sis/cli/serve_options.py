"""The options of `mock-sis serve`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

Command = Callable[..., Any]


class Port(click.Option):
    """An option whose variable Kubernetes sets too: for a service `mock-sis`, every container gets
    `MOCK_SIS_PORT=tcp://10.0.0.1:8080`. Such a value is not meant for this program."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        value = super().resolve_envvar_value(ctx)
        return None if value and re.match(r"(tcp|udp|sctp)://", value) else value


@dataclass(frozen=True)
class Options:
    """What was given on the command line or in the environment. `docs/cli.md` describes each."""

    host: str
    port: int
    seed: str
    public_url: str
    control_token: str | None
    tls_cert: Path | None
    tls_key: Path | None
    ready_file: Path | None
    allow_fault_header: bool
    body_limit: int
    body_timeout: float
    clock: Literal["real", "virtual"] | None
    log_requests: bool
    uvloop: bool


def with_options(command: Command) -> Command:
    """A command with these options; it is called with the fields of Options by name."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: tuple[Callable[[Command], Command], ...] = (
    click.option(
        "--host",
        default="127.0.0.1",
        show_default=True,
        envvar="MOCK_SIS_HOST",
        show_envvar=True,
        help="Address to listen on. One that other machines can reach requires --control-token.",
    ),
    click.option(
        "--port",
        cls=Port,
        default=8080,
        type=click.IntRange(0, 65535),
        show_default=True,
        envvar="MOCK_SIS_PORT",
        show_envvar=True,
        help="Port to listen on; 0 picks a free port.",
    ),
    click.option(
        "--seed",
        default="demo",
        metavar="NAME|FILE",
        show_default=True,
        envvar="MOCK_SIS_SEED",
        show_envvar=True,
        help="Seed document to start from: the name of a built-in one, or a YAML or JSON file.",
    ),
    click.option(
        "--public-url",
        default="",
        metavar="URL",
        envvar="MOCK_SIS_PUBLIC_URL",
        show_envvar=True,
        help="Root URL that clients use, if a proxy or container changes it.",
    ),
    click.option(
        "--control-token",
        metavar="TOKEN",
        envvar="MOCK_SIS_CONTROL_TOKEN",
        show_envvar=True,
        help="Token that requests below /_control must send as `Authorization: Bearer TOKEN`.",
    ),
    click.option(
        "--tls-cert",
        type=click.Path(path_type=Path),
        metavar="FILE",
        envvar="MOCK_SIS_TLS_CERT",
        show_envvar=True,
        help="Certificate for HTTPS, with its chain, in PEM; requires --tls-key.",
    ),
    click.option(
        "--tls-key",
        type=click.Path(path_type=Path),
        metavar="FILE",
        envvar="MOCK_SIS_TLS_KEY",
        show_envvar=True,
        help="Private key of the certificate, in PEM, without a password.",
    ),
    click.option(
        "--ready-file",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="MOCK_SIS_READY_FILE",
        show_envvar=True,
        help="File to write the base URL to when the simulator is ready; removed at exit.",
    ),
    click.option(
        "--allow-fault-header",
        is_flag=True,
        envvar="MOCK_SIS_ALLOW_FAULT_HEADER",
        show_envvar=True,
        help="Let a request inject a fault into its own answer with the header X-Mock-Fault.",
    ),
    click.option(
        "--body-limit",
        default=64 * 2**20,
        type=click.IntRange(min=1),
        metavar="BYTES",
        show_default=True,
        envvar="MOCK_SIS_BODY_LIMIT",
        show_envvar=True,
        help="Largest request body, in bytes; larger ones are answered with 413.",
    ),
    click.option(
        "--body-timeout",
        default=30.0,
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        show_default=True,
        envvar="MOCK_SIS_BODY_TIMEOUT",
        show_envvar=True,
        help="Longest pause within a request body, in seconds; then the answer is 408.",
    ),
    click.option(
        "--clock",
        type=click.Choice(["real", "virtual"]),
        envvar="MOCK_SIS_CLOCK",
        show_envvar=True,
        help="`virtual` time stands still until a request advances it. Default: set by the seed.",
    ),
    click.option(
        "--log-requests",
        is_flag=True,
        envvar="MOCK_SIS_LOG_REQUESTS",
        show_envvar=True,
        help="Write a line for each request to standard error, without credentials.",
    ),
    click.option(
        "--uvloop",
        is_flag=True,
        envvar="MOCK_SIS_UVLOOP",
        show_envvar=True,
        help="Use the event loop uvloop (`pip install 'mock-sis[uvloop]'`).",
    ),
)
