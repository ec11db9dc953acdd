"""The seed documents that are built in, and finding one by its name or its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mock_sis.errors import SeedError
from mock_sis.seeds import files

_DATA = Path(__file__).parent / "data"


def names() -> tuple[str, ...]:
    """The names of the built-in documents."""
    return tuple(sorted(path.stem for path in _DATA.glob("*.yaml")))


def builtin(name: str) -> dict[str, Any]:
    """The built-in document of that name. Raises SeedError."""
    if name not in names():
        raise SeedError(f"No built-in seed is called {name!r}; the names are {', '.join(names())}.")
    return files.read(_DATA / f"{name}.yaml")


def find(name_or_path: str) -> dict[str, Any]:
    """The built-in document of that name, or else the one in that file. Raises SeedError."""
    if name_or_path in names():
        return builtin(name_or_path)
    path = Path(name_or_path)
    if not path.exists():
        raise SeedError(
            f"{name_or_path!r} is neither a file nor a built-in seed ({', '.join(names())})."
        )
    return files.read(path)


def located(name_or_path: str, error: SeedError) -> SeedError:
    """The same error with the file's name and lines, for a document that `find` read."""
    return error if name_or_path in names() else files.located(Path(name_or_path), error)
