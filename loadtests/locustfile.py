"""The file for `locust -f`: the users and their command-line options."""

from __future__ import annotations

from pathlib import Path

import gevent
import msgspec
from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment

from loadtests.figures import result
from loadtests.users import EXPORT, BulkExporter

__all__ = ["BulkExporter"]


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def add_options(parser: LocustArgumentParser) -> None:
    """Add the options for the size and the target of an export."""
    group = parser.add_argument_group("Bulk export")
    group.add_argument(
        "--size", type=int, default=100, help="participants in each export (default: 100)"
    )
    group.add_argument(
        "--base-path",
        default="/wiseflow",
        help="path below which the receiver has /flows (default: /wiseflow)",
    )
    group.add_argument("--method", default="POST", choices=["POST", "PATCH"])
    group.add_argument(
        "--marks", default="A,B,C,D,E", help="marks to assign in turn, separated by commas"
    )
    group.add_argument(
        "--authorization",
        env_var="LOAD_AUTHORIZATION",
        default="",
        help="value of the Authorization header; other users of the machine cannot read it in the "
        "environment variable LOAD_AUTHORIZATION",
    )
    group.add_argument("--figures", type=Path, help="file to write the results to, as JSON")


@events.init.add_listener  # type: ignore[untyped-decorator]
def count_run_time_from_now(**_: object) -> None:
    """Update gevent's cached time. Otherwise locust counts its imports as part of the run time."""
    gevent.get_hub().loop.update_now()


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def write_figures(environment: Environment, **_: object) -> None:
    """Write the results to the file of --figures, if that is given."""
    path = environment.parsed_options.figures if environment.parsed_options else None
    found = result(environment.stats, EXPORT)
    if path and found:
        path.write_bytes(msgspec.json.encode(found))
