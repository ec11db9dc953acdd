"""The command `mock-sis`: a table of commands, each imported when it is asked for.

`serve` should answer about as fast as a bare web server does, so it does not wait for what the
other commands need.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module

import click

from mock_sis import __version__
from mock_sis.cli.exits import Program
from mock_sis.contracts.package_files import package_folder
from mock_sis.gc_pause import pause_gc

COMMANDS: Mapping[str, str] = {
    "serve": "mock_sis.cli.serve",
    "routes": "mock_sis.cli.tables",
    "faults": "mock_sis.cli.tables",
    "seed": "mock_sis.cli.seeds",
    "generate": "mock_sis.cli.seeds",
}
"""Command -> the module that has it, as an attribute of the same name."""


class Commands(Program):
    """The commands of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # What modules allocate lives as long as the process; looking through it is a tenth of the
        # start.
        with pause_gc():
            command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
            gc.freeze()  # or the first collection would look through all of it at once
        return command


@click.group(
    name="mock-sis",
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"The documents are in {package_folder('docs')}.",
)
@click.version_option(__version__, message="mock-sis %(version)s")
def main() -> None:
    """A student information system to test grade exports against.

    \b
    Start one and send it a grade:
      mock-sis serve
      curl http://127.0.0.1:8080/wiseflow/flows

    \b
    Start one full of awkward names:
      mock-sis generate --flows 10 --participants 500 > large.json
      mock-sis serve --seed large.json

    Exit codes: 0 done, 2 the command line or the configuration cannot work, or there is no room
    for what is printed, 130 interrupted, 141 nobody reads what is printed.
    """
