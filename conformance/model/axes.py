"""Situations as choices on axes, and a pinned selection in which every pair of choices occurs.

Where two choices matter together (an act and a failure, data and a path), not all combinations are
played but a covering array of strength two: a list of rows in which every pair of values of two
axes occurs. It is computed once and kept in a file, so that the names of scenarios stay the same.

After an axis has changed, ``python -m conformance.model.axes MODULE`` updates the file of `AXES` in
that module: rows that are still valid stay, and rows for the new pairs are added. It needs
covertable.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import combinations
from pathlib import Path

Row = Mapping[str, str]
"""One value of each axis, by the name of the axis."""


@dataclass(frozen=True)
class Constraint:
    """Values of these axes go together only if `fits` says so."""

    axes: tuple[str, ...]
    fits: Callable[[Row], bool]


@dataclass(frozen=True)
class Axes:
    """The axes of one dialect: the values of each by its name. `file` holds the pinned rows."""

    values: Mapping[str, Sequence[str]]
    constraints: tuple[Constraint, ...]
    file: Path

    def pinned(self) -> list[dict[str, str]]:
        """The rows of the file."""
        rows: list[dict[str, str]] = json.loads(self.file.read_text("utf-8"))
        return rows

    def playable(self) -> list[dict[str, str]]:
        """The pinned rows that fit. After a change of an axis others wait to be updated."""
        return [row for row in self.pinned() if self.fits(row)] if self.file.exists() else []

    def fits(self, row: Row) -> bool:
        """Whether a row has a value of every axis, and they go together."""
        complete = list(row) == list(self.values) and all(row[n] in self.values[n] for n in row)
        return complete and all(each.fits(row) for each in self.constraints)

    def missing(self, rows: Iterable[Row]) -> set[tuple[tuple[str, str], tuple[str, str]]]:
        """The pairs of values that no constraint on those two axes excludes, and that do not occur
        in these rows."""
        covered = {pair for row in rows for pair in combinations(row.items(), 2)}
        wanted = {
            ((one, first), (other, second))
            for one, other in combinations(self.values, 2)
            for first in self.values[one]
            for second in self.values[other]
            if self._together({one: first, other: second})
        }
        return wanted - covered

    def _together(self, pair: Row) -> bool:
        return all(each.fits(pair) for each in self.constraints if set(each.axes) <= pair.keys())


def covering(axes: Axes, kept: Iterable[Row] = ()) -> list[dict[str, str]]:
    """Rows that cover all pairs: those of `kept` that still fit, then new ones."""
    from covertable import make  # a tool of developers: users only read the file

    rows = make(
        {name: list(values) for name, values in axes.values.items()},
        presets=[dict(row) for row in kept if axes.fits(row)],
        constraints=[
            {"operator": "fn", "requires": list(each.axes), "evaluate": each.fits}
            for each in axes.constraints
        ],
    )
    return [{name: row[name] for name in axes.values} for row in rows]


def pin(axes: Axes) -> None:
    """Write the rows of the axes to their file."""
    kept = axes.pinned() if axes.file.exists() else []
    lines = ",\n".join(f"  {json.dumps(row)}" for row in covering(axes, kept))
    axes.file.write_text(f"[\n{lines}\n]\n", "utf-8")


if __name__ == "__main__":
    pin(import_module(sys.argv[1]).AXES)
