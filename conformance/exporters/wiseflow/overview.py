"""The overview table: columns that can be hidden, and CSV that is safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from conformance.exporters.kit.times import text
from conformance.exporters.wiseflow import marking
from conformance.exporters.wiseflow.decisions import Decisions
from conformance.exporters.wiseflow.model import Flow, Participant

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""A cell that starts so, perhaps after white space, is a formula to a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in code, its heading, and the text of its cells."""

    name: str
    heading: str
    value: Callable[[Decisions, Flow, Participant], str]


COLUMNS = (
    Column("user_id", "User id", lambda _r, _f, p: str(p.user_id)),
    Column("number", "Number", lambda _r, _f, p: p.number),
    Column("family_name", "Family name", lambda _r, _f, p: p.family_name),
    Column("given_name", "Given name", lambda _r, _f, p: p.given_name),
    Column("source", "Added", lambda _r, _f, p: p.source),
    Column("handed_in", "Handed in", lambda _r, _f, p: p.handed_in),
    Column("late", "Late", lambda _r, _f, p: "yes" if p.late else ""),
    Column("status", "Assessment", lambda _r, f, p: marking.status(f, p).value),
    Column("grade", "Grade", lambda r, f, p: r.final_grade(f, p)),
    Column("alternative", "Alternative grade", lambda r, _f, p: r.alternative_grade(p)),
    Column("state", "Export", lambda _r, _f, p: p.state.name.replace("_", " ").lower()),
    Column("exported_at", "Exported at", lambda _r, _f, p: _time(p.exported_at)),
    Column("message", "Message", lambda _r, _f, p: p.message or ""),
)


@dataclass(frozen=True)
class Overview:
    """All participants of a flow, including late ones, as a table of text."""

    flow: Flow
    people: tuple[Participant, ...]
    decisions: Decisions = field(default_factory=Decisions)
    hidden: frozenset[str] = frozenset()

    def hide(self, *names: str) -> Overview:
        """The overview without these columns. Raises ValueError for an unknown column."""
        unknown = set(names) - {column.name for column in COLUMNS}
        if unknown:
            known = ", ".join(column.name for column in COLUMNS)
            got = ", ".join(sorted(unknown))
            raise ValueError(f"names must be columns, which are {known} (got {got}).")
        return replace(self, hidden=self.hidden | set(names))

    def show_all(self) -> Overview:
        return replace(self, hidden=frozenset())

    @property
    def columns(self) -> tuple[Column, ...]:
        """The visible columns."""
        return tuple(column for column in COLUMNS if column.name not in self.hidden)

    def rows(self) -> Iterator[list[str]]:
        """The headings, then one row for each participant."""
        yield [column.heading for column in self.columns]
        for participant in self.people:
            yield [column.value(self.decisions, self.flow, participant) for column in self.columns]

    def csv(self, *, all_columns: bool = False) -> str:
        """The visible columns, or all, as CSV (RFC 4180) with formulas neutralised."""
        table = self.show_all() if all_columns else self
        written = io.StringIO()
        csv.writer(written).writerows([neutral(cell) for cell in row] for row in table.rows())
        return written.getvalue()

    def printed(self) -> str:
        """The visible columns as aligned text, for printing."""
        rows = [[" ".join(cell.split()) for cell in row] for row in self.rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
        return "\n".join(lines) + "\n"


def neutral(cell: str) -> str:
    """The cell, with an apostrophe before a formula, so that a spreadsheet shows the text and does
    not compute it."""
    risky = cell.startswith(FORMULA_STARTS) or cell.lstrip().startswith(FORMULA_STARTS)
    return f"'{cell}" if risky else cell


def _time(moment: float | None) -> str:
    return "" if moment is None else text(moment)
