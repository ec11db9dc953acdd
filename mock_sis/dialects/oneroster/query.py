"""The query parameters of reads: limit, offset, sort, orderBy, filter and fields; and what a list
says of itself in its headers.

Rows are objects as they are answered. Nothing here knows where they come from: a list that can be
narrowed by an index asks `equal`, and of one that need not be sorted or sifted only a page is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote, urlencode

from mock_sis.dialects.oneroster.fields import BadQuery, Fields, Selection, selected
from mock_sis.dialects.oneroster.filters import Filter, JsonObject, parse_filter, text_of, values
from mock_sis.exchange import Call, Headers
from mock_sis.formats.numbers import whole_number

PAGE = 100
MOST = 10_000
"""Rows on a page: as many unless the client says otherwise, and whatever it says."""

_LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Query:
    """What a client asks of a list. `selection` is None where it takes objects whole."""

    limit: int = PAGE
    offset: int = 0
    sort: str | None = None
    descending: bool = False
    filter: Filter | None = None
    selection: Selection | None = None
    given: tuple[tuple[str, str], ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the rows are asked for as they come."""
        return self.filter is None and self.sort is None

    def equal(self, field: str) -> str | None:
        """What the field must be in every row asked for; None where more than one value does."""
        return None if self.filter is None else self.filter.equal(field)

    def without(self, known: Mapping[str, str]) -> Query:
        """The query of rows that are known to have these values in these fields."""
        return self if self.filter is None else replace(self, filter=self.filter.without(known))

    def matches(self, row: JsonObject) -> bool:
        """Whether the row is among those asked for."""
        return self.filter is None or self.filter.matches(row)

    def ordered(self, rows: Iterable[JsonObject]) -> list[JsonObject]:
        """The rows in the order asked for; those that tie, and all where none was asked for, by
        sourcedId. Those without the field come last, whichever way the others go."""
        found = sorted(rows, key=lambda row: str(row.get("sourcedId", "")))
        if self.sort is None:
            return found
        # Sorted a second time, since only the field turns around: ties stay by sourcedId.
        keyed = [(_key(row, self.sort), row) for row in found]
        there = [(key, row) for key, row in keyed if key is not None]
        there.sort(key=lambda pair: pair[0], reverse=self.descending)
        return [row for _, row in there] + [row for key, row in keyed if key is None]

    def window(self, rows: Sequence[JsonObject]) -> Sequence[JsonObject]:
        """The page asked for."""
        return rows[self.offset : self.offset + self.limit]

    def shown(self, row: JsonObject) -> JsonObject:
        """What is asked for of a row."""
        shown: JsonObject = selected(row, self.selection)
        return shown

    def headers(self, url: str, total: int) -> Headers:
        """X-Total-Count, and Link to the pages around this one. `url` is the list's public URL
        without its query."""
        last = (total - 1) // self.limit * self.limit if total else 0
        pages = {"first": 0, "last": last}
        if self.offset + self.limit < total:
            pages["next"] = self.offset + self.limit
        if self.offset > 0:
            pages["prev"] = min(max(0, self.offset - self.limit), last)
        links = (f'<{self._link(url, start)}>; rel="{rel}"' for rel, start in pages.items())
        return ("X-Total-Count", str(total)), ("Link", ", ".join(links))

    def _link(self, url: str, offset: int) -> str:
        pairs = (*self.given, ("limit", self.limit), ("offset", offset))
        # A text that is no Unicode came from nowhere, but must not end in a 500.
        return f"{url}?{urlencode(pairs, quote_via=quote, errors='replace')}"


def _key(row: JsonObject, field: str) -> tuple[bool, float, str] | None:
    """What a row is sorted by: numbers before text; the least of several values."""
    keys = [
        (False, value, "")
        if isinstance(value, int | float) and not isinstance(value, bool)
        else (True, 0, text_of(value))
        for value in values(row, field)
    ]
    return min(keys, default=None)


class Pages(Protocol):
    """Rows of which a page can be had without the others."""

    def __iter__(self) -> Iterator[JsonObject]: ...

    def __len__(self) -> int: ...

    def page(self, start: int, limit: int, /) -> Sequence[JsonObject]:
        """So many rows from there."""


def turn(query: Query, rows: Pages) -> tuple[list[JsonObject], int]:
    """The page asked for, as it is shown, and how many rows there are in all; in their own order
    where the query asks for none and sifts none out."""
    if query.is_plain:
        return [query.shown(row) for row in rows.page(query.offset, query.limit)], len(rows)
    return select(query, rows)


def select(query: Query, rows: Iterable[JsonObject]) -> tuple[list[JsonObject], int]:
    """The page asked for, as it is shown, and how many rows there are in all; by sourcedId where
    the query asks for no order."""
    found = query.ordered(row for row in rows if query.matches(row))
    return [query.shown(row) for row in query.window(found)], len(found)


def read(call: Call, fields: Fields) -> Query:
    """What a request asks of a list. Raises BadQuery."""
    pairs = _pairs(call)
    asked = dict(pairs)
    return Query(
        limit=min(_number(asked, "limit", PAGE, lowest=1), MOST),
        offset=_number(asked, "offset", 0, lowest=0),
        sort=_sort(asked, fields),
        descending=_descending(asked),
        filter=parse_filter(asked["filter"], fields) if "filter" in asked else None,
        selection=_selection(pairs, fields),
        given=tuple(pair for pair in pairs if pair[0] in ("sort", "orderBy", "filter", "fields")),
    )


def read_one(call: Call, fields: Fields) -> Query:
    """What a request asks of a single object: only `fields` counts. Raises BadQuery."""
    return Query(selection=_selection(_pairs(call), fields))


def _pairs(call: Call) -> list[tuple[str, str]]:
    return parse_qsl(call.target.partition("?")[2], keep_blank_values=True)


def _number(asked: Mapping[str, str], name: str, default: int, *, lowest: int) -> int:
    text = asked.get(name)
    if text is None:
        return default
    number = whole_number(text, lowest, _LARGEST)
    if number is None:
        wanted = f"a whole number from {lowest} to {_LARGEST}"
        raise _bad(f"{name} must be {wanted} (got {text[:40]!r}).")
    return number


def _sort(asked: Mapping[str, str], fields: Fields) -> str | None:
    field = asked.get("sort")
    if field is not None and not fields.holds_value(field):
        message = f"There is no field {field[:80]!r} to sort by."
        raise BadQuery(message, minor="invalid_sort_field")
    return field


def _descending(asked: Mapping[str, str]) -> bool:
    order = asked.get("orderBy", "asc")
    if order not in ("asc", "desc"):
        raise _bad(f"orderBy is asc or desc, not {order[:40]!r}.")
    return order == "desc"


def _selection(pairs: Iterable[tuple[str, str]], fields: Fields) -> Selection | None:
    """`fields` may be repeated, and each may be a list with commas: clients do both."""
    lists: list[Any] = [text.split(",") for name, text in pairs if name == "fields"]
    if not lists:
        return None
    return fields.selection(name.strip() for names in lists for name in names)


def _bad(message: str) -> BadQuery:
    return BadQuery(message, minor="invaliddata")
