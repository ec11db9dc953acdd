"""The command `mock-sis`: a table of subcommands, each imported when it is used.

`serve` must start about as fast as a bare web server, so it imports nothing that only the other
subcommands need.
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
    "check": "mock_sis.cli.check",
}
"""Subcommand -> the module that defines it, under the same name."""


class Commands(Program):
    """The subcommands of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # Modules and classes live as long as the process; collecting garbage among them would take
        # a tenth of the start-up time.
        with pause_gc():
            command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
            gc.freeze()  # excludes them from later collections too
        return command


@click.group(
    name="mock-sis",
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"The documents are in {package_folder('docs')}.",
)
@click.version_option(__version__, message="mock-sis %(version)s")
def main() -> None:
    """Simulate a student information system (SIS), to test grade exports against it.

    \b
    Start the simulator, and list its flows from another terminal:
      mock-sis serve
      curl http://127.0.0.1:8080/wiseflow/flows

    \b
    Start it with many people whose names often break exports:
      mock-sis generate --flows 10 --participants 500 > large.json
      mock-sis serve --seed large.json

    \b
    Ask what is wrong with a body that a SIS refused:
      mock-sis check export.json --as wiseflow.export

    Exit codes: 0 success, 1 `check` found an error, 2 wrong command line or configuration, or the
    output cannot be written, 70 a defect of mock-sis, 130 interrupted, 141 the reader of the output
    closed the pipe.
    """
