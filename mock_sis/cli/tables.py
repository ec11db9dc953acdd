"""`mock-sis routes` and `mock-sis faults`: print the tables of operations and of faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from mock_sis.errors import SeedError
from mock_sis.faults.catalogue import FAULTS
from mock_sis.formats.json_text import encode_json
from mock_sis.seeds import library
from mock_sis.simulator import Simulator

TableRow = dict[str, Any]


@click.command()
@click.option(
    "--seed",
    default="demo",
    metavar="NAME|FILE",
    show_default=True,
    help="Seed document that sets the base paths: the name of a built-in one, or a file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array instead of a table.")
def routes(seed: str, as_json: bool) -> None:
    """List every operation with its HTTP method and path.

    Faults and journal filters use the names of operations. The names stay the same when a seed
    document changes the paths.

    \b
    List the operations of the WISEflow dialect:
      mock-sis routes | grep wiseflow
    """
    simulator = Simulator()
    document = library.find(seed)
    try:
        simulator.load(document)
    except SeedError as error:
        raise library.located(seed, error) from error
    rows = [
        {
            "operation": route.operation,
            "method": route.method,
            "path": base.rstrip("/") + route.pattern,
            "summary": route.summary,
        }
        for base, route in simulator.routes
    ]
    _print(rows, ("operation", "method", "path", "summary"), as_json)


@click.command()
@click.option(
    "--json", "as_json", is_flag=True, help="Print a JSON array, with an example of each."
)
def faults(as_json: bool) -> None:
    """List the kinds of fault that the simulator can inject.

    docs/faults.md describes the parameters of each kind.

    \b
    Answer the next WISEflow request with status 503:
      curl http://127.0.0.1:8080/_control/faults -H 'Content-Type: application/json' \\
        -d '{"operation": "wiseflow.*", "fault": {"kind": "status", "status": 503}}'
    """
    rows: list[TableRow] = [
        {
            "kind": kind.name,
            "family": kind.family,
            "phases": list(kind.phases),
            "title": kind.title,
            "sees": kind.sees,
            "example": dict(kind.example),
        }
        for kind in FAULTS
    ]
    _print(rows, ("kind", "family", "title"), as_json)


def _print(rows: Sequence[TableRow], columns: Sequence[str], as_json: bool) -> None:
    if as_json:
        click.echo(encode_json(list(rows)))
    else:
        click.echo("\n".join(_aligned(rows, columns)))


def _aligned(rows: Sequence[TableRow], columns: Sequence[str]) -> Iterator[str]:
    """The table as lines, each column padded to its widest cell."""
    table = [[column.upper() for column in columns]]
    table += [[str(row[column]) for column in columns] for row in rows]
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    for cells in table:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        yield "  ".join(padded).rstrip()
