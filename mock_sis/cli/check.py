"""`mock-sis check`: say what is wrong with a body, by its schema."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import IO

import click

from mock_sis.contracts.bodies import Body
from mock_sis.contracts.contract import contract
from mock_sis.dialects.table import DIALECTS
from mock_sis.errors import Malformed, Problem, UsageError
from mock_sis.formats.json_text import decode_json
from mock_sis.formats.lines import compose, line

MOST = 64 * 2**20
"""Bytes that a body may have."""

WRONG = 1
"""The exit code if the body is wrong."""

BODIES: Mapping[str, Body] = {
    **{f"{each.name}.{kind}": body for each in DIALECTS for kind, body in each.bodies.items()},
    "seed": Body("a seed document", "seed.schema.json"),
    "fault": Body("a fault to arm", "control/fault.schema.json"),
}
"""By the name that `--as` takes."""


def _kinds() -> str:
    width = max(map(len, BODIES))
    return "\n".join(f"  {name:{width}}  {body.title}" for name, body in BODIES.items())


@click.command(epilog=f"\b\nThe kinds of body:\n{_kinds()}")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--as",
    "name",
    type=click.Choice(list(BODIES)),
    required=True,
    metavar="KIND",
    help="What the body is meant to be: one of the kinds below.",
)
def check(file: IO[bytes], name: str) -> None:
    """Say what is wrong with the body in FILE (- for standard input).

    Prints a line for each error: the line of the file, the place as a JSON pointer, what was found
    and what was expected. JSON is checked by the JSON Schema, and XML by the XSD, that the
    simulator publishes. The contents of a simulator do not count, so that a body without errors
    may still be refused, such as for an unknown student.

    \b
    Check an export, and what another program writes:
      mock-sis check export.json --as wiseflow.export
      my-exporter --print | mock-sis check - --as schoology.grades

    Exit codes: 0 the body is right, 1 it is wrong, 2 the file cannot be read.
    """
    shown = getattr(file, "name", "<stdin>")
    text = file.read(MOST + 1)
    if len(text) > MOST:
        raise UsageError(f"{shown} has more than {MOST >> 20} MiB.")
    body = BODIES[name]
    as_xml = text.lstrip().startswith(b"<")
    schema = (as_xml and body.xsd) or body.schema.partition("#")[0]
    try:
        problems = _in_xml(text, name, body) if as_xml else _in_json(text, body)
    except Malformed as error:
        problems = [Problem("", str(error))]
    if not problems:
        click.echo(f"{shown} is right: {body.title}, by schemas/{schema}.")
        return
    for each in problems:
        place = f"{shown}:{each.line}" if each.line else shown
        click.echo(f"{place}: {each.pointer or '(root)'}: {each.message}")
    click.echo(f"Expected: {body.title}, as schemas/{schema} describes it.")
    sys.exit(WRONG)


def _in_json(text: bytes, body: Body) -> Sequence[Problem]:
    problems = contract(body.schema).problems(decode_json(text))
    root = compose(text) if problems else None
    if root is None:
        return problems
    return [Problem(each.pointer, each.message, line(root, each.pointer)) for each in problems]


def _in_xml(text: bytes, name: str, body: Body) -> Sequence[Problem]:
    from mock_sis.contracts import xsd  # imports lxml, which takes a tenth of a second

    if not body.xsd:
        raise Malformed(f"The body is XML; {name} is sent as JSON only.")
    return xsd.problems(body.xsd, text)
