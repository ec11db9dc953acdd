"""`mock-sis seed` and `mock-sis generate`."""

from __future__ import annotations

from typing import Any, Literal

import click

from mock_sis.formats.json_text import encode_json
from mock_sis.seeds import library
from mock_sis.seeds.files import to_yaml
from mock_sis.seeds.generate import generate as generated

Format = Literal["json", "yaml"]


@click.command()
@click.argument("name", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="Output format.",
)
def seed(name: str | None, form: Format) -> None:
    """Print the built-in seed document NAME. Without NAME, list the built-in seeds.

    A seed document defines the people, sections and policies that a simulator starts with.

    \b
    Change a built-in seed, then serve it:
      mock-sis seed demo > mine.yaml
      mock-sis serve --seed mine.yaml
    """
    if name is None:
        click.echo("\n".join(library.names()))
        return
    click.echo(_encoded(library.builtin(name), form), nl=False)


@click.command()
@click.option("--flows", type=click.IntRange(min=1), required=True, help="Number of flows.")
@click.option(
    "--participants",
    type=click.IntRange(min=1),
    required=True,
    help="Number of participants in each flow.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Start of the random sequence; another number gives other names.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml"]),
    default="json",
    show_default=True,
    help="Output format; JSON loads much faster.",
)
def generate(flows: int, participants: int, seed: int, form: Format) -> None:
    """Print a large seed document. The same options always give the same output.

    Its names contain what often breaks exports: accents, apostrophes, ampersands, right-to-left
    scripts, emoji, markup and spreadsheet formulas.

    \b
    Ten thousand participants in one flow:
      mock-sis generate --flows 1 --participants 10000 > large.json
      mock-sis serve --seed large.json
    """
    click.echo(_encoded(generated(flows, participants, seed=seed), form), nl=False)


def _encoded(document: dict[str, Any], form: Format) -> bytes:
    if form == "json":
        return encode_json(document) + b"\n"
    return to_yaml(document).encode()
