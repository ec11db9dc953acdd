"""`mock-sis seed` and `mock-sis generate`."""

from __future__ import annotations

from typing import Any, Literal

import click

from mock_sis.formats.negotiation import encode_json
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
    help="What to print it as.",
)
def seed(name: str | None, form: Format) -> None:
    """Print the built-in seed NAME; without one, the names there are.

    \b
    Start from a built-in one:
      mock-sis seed demo > mine.yaml
      mock-sis serve --seed mine.yaml
    """
    if name is None:
        click.echo("\n".join(library.names()))
        return
    click.echo(_written(library.builtin(name), form), nl=False)


@click.command()
@click.option("--flows", type=click.IntRange(min=1), required=True, help="How many flows.")
@click.option(
    "--participants", type=click.IntRange(min=1), required=True, help="How many people in each."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Draw other names.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml"]),
    default="json",
    show_default=True,
    help="What to print it as; JSON loads much faster.",
)
def generate(flows: int, participants: int, seed: int, form: Format) -> None:
    """Print a large seed, the same for the same options.

    Its names have accents, apostrophes, ampersands, right-to-left scripts, emoji, and whatever
    else tends to break exports.

    \b
    Ten thousand people in one flow:
      mock-sis generate --flows 1 --participants 10000 > large.json
      mock-sis serve --seed large.json
    """
    click.echo(_written(generated(flows, participants, seed=seed), form), nl=False)


def _written(document: dict[str, Any], form: Format) -> bytes:
    if form == "json":
        return encode_json(document) + b"\n"
    return to_yaml(document).encode()
