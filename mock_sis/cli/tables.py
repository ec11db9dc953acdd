"""`mock-sis routes` and `mock-sis faults`: the tables the simulator is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from mock_sis.errors import SeedError
from mock_sis.faults.catalogue import FAULTS
from mock_sis.formats.negotiation import encode_json
from mock_sis.seeds import library
from mock_sis.simulator import Simulator

Row = dict[str, Any]


@click.command()
@click.option("--seed", default="demo", metavar="NAME|FILE", help="The seed that sets base paths.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def routes(seed: str, as_json: bool) -> None:
    """List every operation with its method and path.

    Faults and journal filters go by the names of operations, which stay the same wherever a seed
    puts a dialect.
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
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with an example of each.")
def faults(as_json: bool) -> None:
    """List every kind of fault that can be armed.

    The parameters of each are in docs/faults.md.
    """
    rows: list[Row] = [
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


def _print(rows: Sequence[Row], columns: Sequence[str], as_json: bool) -> None:
    if as_json:
        click.echo(encode_json(list(rows)))
    else:
        click.echo("\n".join(_aligned(rows, columns)))


def _aligned(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[str]:
    """Lines in which each column but the last is as wide as its widest cell."""
    table = [[column.upper() for column in columns]]
    table += [[str(row[column]) for column in columns] for row in rows]
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    for cells in table:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        yield "  ".join(padded).rstrip()
