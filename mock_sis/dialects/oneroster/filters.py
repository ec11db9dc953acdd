"""The `filter` parameter: one clause or two, `field='value'`, joined by AND or OR.

A value stands in single quotes, and a quote in it is doubled. Text is compared by code points,
numbers as numbers, moments as moments. A list matches where one of its elements does. `~` asks for
a part, in any case; `!=` is the opposite of `=`, so it holds where there is nothing to compare.

Source: OneRoster 1.2, query parameters of the REST binding; that `~` is blind to case is our
inference.
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
"""How many characters of a filter are read."""

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
    """One comparison. `is_moment` says that the field holds moments, not just any text."""

    field: str
    operator: str
    value: str
    is_moment: bool = False

    def __str__(self) -> str:
        return f"{self.field}{self.operator}'{self.value.replace(chr(39), chr(39) * 2)}'"

    def matches(self, row: JsonObject) -> bool:
        """Whether the row is as the clause says."""
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
        if self._moment is not None:
            mine = moment(text_of(value))
            return mine is not None and compare(mine, self._moment)
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
    def _moment(self) -> datetime | None:
        return moment(self.value) if self.is_moment else None


@dataclass(frozen=True)
class Filter:
    """One clause or two. `joiner` says whether both must hold or one is enough."""

    clauses: tuple[Clause, ...]
    joiner: Literal["AND", "OR"] = "AND"

    def __str__(self) -> str:
        return f" {self.joiner} ".join(map(str, self.clauses))

    def matches(self, row: JsonObject) -> bool:
        """Whether the row is among those asked for."""
        found = (clause.matches(row) for clause in self.clauses)
        return all(found) if self.joiner == "AND" else any(found)

    def equal(self, field: str) -> str | None:
        """What the field must be in every row that matches, so that an index can find them; None
        where more than one value would do."""
        if self.joiner == "OR":
            return None
        wanted = (c.value for c in self.clauses if c.field == field and c.operator == "=")
        return next(wanted, None)

    def without(self, known: Mapping[str, str]) -> Filter | None:
        """What is left to ask of rows that have these values in these fields; None for nothing."""
        if self.joiner == "OR":
            return self
        left = tuple(
            clause
            for clause in self.clauses
            if clause.operator != "=" or known.get(clause.field) != clause.value
        )
        return Filter(left) if left else None


def parse_filter(text: str, fields: Fields) -> Filter:
    """The filter that a text says. Raises BadQuery."""
    if len(text) > LONGEST:
        raise _bad(f"A filter has at most {LONGEST} characters, not {len(text)}.")
    first, place = _clause(text, 0, fields)
    if place == len(text):
        return Filter((first,))
    joiner = _JOINER.match(text, place)
    if joiner is None:
        raise _bad(f"AND or OR and another clause may follow at character {place}, nothing else.")
    second, place = _clause(text, joiner.end(), fields)
    if place != len(text):
        raise _bad(f"A filter has at most two clauses; it goes on at character {place}.")
    return Filter((first, second), "AND" if joiner[1] == "AND" else "OR")


def _clause(text: str, place: int, fields: Fields) -> tuple[Clause, int]:
    found = _CLAUSE.match(text, place)
    if found is None:
        raise _bad(f"A clause is field='value'; there is none at character {place}.")
    field, compare, value = found[1], found[2], found[3].replace("''", "'")
    if not fields.holds_value(field):
        raise _bad(f"There is no field {field[:80]!r} that can be compared.")
    is_moment = field in fields.moments
    if is_moment and compare != "~" and moment(value) is None:
        raise _bad(f"{field} is a moment, and {value[:80]!r} is none.")
    return Clause(field, compare, value, is_moment), found.end()


def values(row: JsonObject, field: str) -> list[Any]:
    """What a row has in a field: several values where lists are on the way, none where it is
    absent, null or an object."""
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
    """A value as a filter writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _bad(message: str) -> BadQuery:
    return BadQuery(message, minor="invalid_filter_field")
