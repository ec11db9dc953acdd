"""Where the schemas and the documents are that come with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Literal


def shipped(name: Literal["schemas", "docs"]) -> Path:
    """The folder of that name: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
