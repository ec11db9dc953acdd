"""What `locust -f` loads: the users, and the options that shape them."""

from __future__ import annotations

from pathlib import Path

import msgspec
from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment

from loadtests.figures import result
from loadtests.users import EXPORT, BulkExporter

__all__ = ["BulkExporter"]


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def add_options(parser: LocustArgumentParser) -> None:
    """Say how large an export is and where it goes."""
    group = parser.add_argument_group("Bulk export")
    group.add_argument("--size", type=int, default=100, help="participants in each export")
    group.add_argument("--base-path", default="/wiseflow", help="path of the receiver's flows")
    group.add_argument("--method", default="POST", choices=["POST", "PATCH"])
    group.add_argument("--marks", default="A,B,C,D,E", help="marks to deal out, joined with commas")
    group.add_argument(
        "--authorization",
        env_var="LOAD_AUTHORIZATION",
        default="",
        help="value of the Authorization header; better given as LOAD_AUTHORIZATION",
    )
    group.add_argument("--figures", type=Path, help="file to write the run's figures to, as JSON")


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def write_figures(environment: Environment, **_: object) -> None:
    """Leave the figures for whoever started this run, if they asked for them."""
    path = environment.parsed_options.figures if environment.parsed_options else None
    found = result(environment.stats, EXPORT)
    if path and found:
        path.write_bytes(msgspec.json.encode(found))
