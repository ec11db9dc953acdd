"""The folders of schemas and documents that are distributed with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Literal


def package_folder(name: Literal["schemas", "docs"]) -> Path:
    """The folder of that name: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
