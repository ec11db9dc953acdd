"""The `filter` parameter: one clause `field='value'`, or two joined by AND or OR.

A value is in single quotes, and a quote inside it is doubled. Text is compared by code points,
numbers and date-times by value. A list matches if one of its elements does. `~` means "contains",
ignoring case. `!=` is the negation of `=`, so it also matches rows without the field.

Source: OneRoster 1.2, query parameters of the REST binding; that `~` ignores case is our inference.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from mock_sis.clock import moment
from mock_sis.dialects.oneroster.fields import BadQuery, Fields

JsonObject = Mapping[str, Any]
LONGEST = 4096
"""The largest number of characters in a filter."""

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_CLAUSE = re.compile(rf" *({_NAME}(?:\.{_NAME})*) *(!=|>=|<=|=|>|<|~) *'((?:''|[^'])*)'")
_JOINER = re.compile(r" +(AND|OR) +")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")

_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True)
class Clause:
    """One comparison. `is_date_time`: the field holds date-times, which compare by value."""

    field: str
    operator: str
    value: str
    is_date_time: bool = False

    def __str__(self) -> str:
        return f"{self.field}{self.operator}'{self.value.replace(chr(39), chr(39) * 2)}'"

    def matches(self, row: JsonObject) -> bool:
        """Whether the clause holds for the row."""
        found = _reach(row, self._path, 0)
        if self.operator == "~":
            return any(self._part in text_of(value).casefold() for value in found)
        if self.operator == "!=":
            return not any(self._holds(operator.eq, value) for value in found)
        compare = _ORDERS[self.operator]
        return any(self._holds(compare, value) for value in found)

    def _holds(self, compare: Callable[[Any, Any], bool], value: Any) -> bool:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._number is not None and compare(value, self._number)
        if self._date_time is not None:
            mine = moment(text_of(value))
            return mine is not None and compare(mine, self._date_time)
        return compare(text_of(value), self.value)

    @cached_property
    def _path(self) -> tuple[str, ...]:
        return tuple(self.field.split("."))

    @cached_property
    def _part(self) -> str:
        return self.value.casefold()

    @cached_property
    def _number(self) -> float | None:
        return float(self.value) if _NUMBER.fullmatch(self.value) else None

    @cached_property
    def _date_time(self) -> datetime | None:
        return moment(self.value) if self.is_date_time else None


@dataclass(frozen=True)
class Filter:
    """One clause, or two of which both (AND) or at least one (OR) must hold."""

    clauses: tuple[Clause, ...]
    joiner: Literal["AND", "OR"] = "AND"

    def __str__(self) -> str:
        return f" {self.joiner} ".join(map(str, self.clauses))

    def matches(self, row: JsonObject) -> bool:
        """Whether the filter holds for the row."""
        found = (clause.matches(row) for clause in self.clauses)
        return all(found) if self.joiner == "AND" else any(found)

    def equal(self, field: str) -> str | None:
        """The value of the field in every matching row, as a key for an index; None if matching
        rows may differ in it."""
        if self.joiner == "OR":
            return None
        wanted = (c.value for c in self.clauses if c.field == field and c.operator == "=")
        return next(wanted, None)

    def without(self, known: Mapping[str, str]) -> Filter | None:
        """The rest of the filter for rows known to have these values; None if nothing is left."""
        if self.joiner == "OR":
            return self
        left = tuple(
            clause
            for clause in self.clauses
            if clause.operator != "=" or known.get(clause.field) != clause.value
        )
        return Filter(left) if left else None


def parse_filter(text: str, fields: Fields) -> Filter:
    """Parse a filter. Raises BadQuery."""
    if len(text) > LONGEST:
        raise _bad(f"filter must have at most {LONGEST} characters (got {len(text)}).")
    first, place = _clause(text, 0, fields)
    if place == len(text):
        return Filter((first,))
    joiner = _JOINER.match(text, place)
    if joiner is None:
        raise _bad(f"filter must end, or go on with AND or OR, at character {place}.")
    second, place = _clause(text, joiner.end(), fields)
    if place != len(text):
        raise _bad(f"filter must have at most two clauses (got more at character {place}).")
    return Filter((first, second), "AND" if joiner[1] == "AND" else "OR")


def _clause(text: str, place: int, fields: Fields) -> tuple[Clause, int]:
    found = _CLAUSE.match(text, place)
    if found is None:
        raise _bad(f"filter must have a clause such as title='Essay' at character {place}.")
    field, compare, value = found[1], found[2], found[3].replace("''", "'")
    if not fields.holds_value(field):
        raise _bad(f"filter must name a field that holds a value (got {field[:80]!r}).")
    is_date_time = field in fields.date_times
    if is_date_time and compare != "~" and moment(value) is None:
        wanted = "a date-time such as 2026-06-15T09:00:00Z"
        raise _bad(f"{field[:40]} must be {wanted} (got {value[:40]!r}).")
    return Clause(field, compare, value, is_date_time), found.end()


def values(row: JsonObject, field: str) -> list[Any]:
    """The values of a row in a field: one for each element of lists on the path; empty if the
    field is missing, null or an object."""
    return list(_reach(row, tuple(field.split(".")), 0))


def _reach(node: Any, path: tuple[str, ...], depth: int) -> Iterator[Any]:
    if isinstance(node, list):
        for each in node:
            yield from _reach(each, path, depth)
    elif depth < len(path):
        if isinstance(node, dict) and path[depth] in node:
            yield from _reach(node[path[depth]], path, depth + 1)
    elif node is not None and not isinstance(node, dict):
        yield node


def text_of(value: Any) -> str:
    """A value in the notation of filters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _bad(message: str) -> BadQuery:
    return BadQuery(message, minor="invalid_filter_field")
