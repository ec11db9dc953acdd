"""The query parameters of reads (limit, offset, sort, orderBy, filter, fields) and the paging
headers of lists.

Rows are objects in the form of answers. This module does not know their origin: lists with an index
ask `equal` for a key, and lists that need neither sorting nor filtering build one page only.
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
"""The default number of rows on a page."""
MOST = 10_000
"""The largest number of rows on a page, if the policy does not choose a smaller one."""

_LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Query:
    """The query of a list. `selection` None means whole objects; `given` is sent back in links."""

    limit: int = PAGE
    offset: int = 0
    sort: str | None = None
    descending: bool = False
    filter: Filter | None = None
    selection: Selection | None = None
    given: tuple[tuple[str, str], ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the query neither sorts nor filters."""
        return self.filter is None and self.sort is None

    def equal(self, field: str) -> str | None:
        """The value of the field in every matching row; None if matching rows may differ in it."""
        return None if self.filter is None else self.filter.equal(field)

    def without(self, known: Mapping[str, str]) -> Query:
        """The rest of the query for rows known to have these values in these fields."""
        return self if self.filter is None else replace(self, filter=self.filter.without(known))

    def matches(self, row: JsonObject) -> bool:
        """Whether the filter holds for the row."""
        return self.filter is None or self.filter.matches(row)

    def ordered(self, rows: Iterable[JsonObject]) -> list[JsonObject]:
        """Sort the rows by the query's field, then by sourcedId. Rows without the field come last,
        in both directions."""
        found = sorted(rows, key=lambda row: str(row.get("sourcedId", "")))
        if self.sort is None:
            return found
        # A second, stable sort: a descending order must not reverse ties, which stay by sourcedId.
        keyed = [(_key(row, self.sort), row) for row in found]
        there = [(key, row) for key, row in keyed if key is not None]
        there.sort(key=lambda pair: pair[0], reverse=self.descending)
        return [row for _, row in there] + [row for key, row in keyed if key is None]

    def window(self, rows: Sequence[JsonObject]) -> Sequence[JsonObject]:
        """The page that limit and offset select."""
        return rows[self.offset : self.offset + self.limit]

    def shown(self, row: JsonObject) -> JsonObject:
        """The selected fields of a row."""
        shown: JsonObject = selected(row, self.selection)
        return shown

    def headers(self, url: str, total: int) -> Headers:
        """X-Total-Count, and Link with first, last, next and prev. `url` is the list's public URL
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
        # Lone surrogates cannot be encoded; they must not cause a 500.
        return f"{url}?{urlencode(pairs, quote_via=quote, errors='replace')}"


def _key(row: JsonObject, field: str) -> tuple[bool, float, str] | None:
    """The sort key of a row: numbers before text, and the least of several values."""
    keys = [
        (False, value, "")
        if isinstance(value, int | float) and not isinstance(value, bool)
        else (True, 0, text_of(value))
        for value in values(row, field)
    ]
    return min(keys, default=None)


class Pages(Protocol):
    """Rows that can give one page without building the others."""

    def __iter__(self) -> Iterator[JsonObject]: ...

    def __len__(self) -> int: ...

    def page(self, start: int, limit: int, /) -> Sequence[JsonObject]:
        """At most `limit` rows from index `start`."""


def page_of(query: Query, rows: Pages) -> tuple[list[JsonObject], int]:
    """The selected fields of one page, and the total number of rows. Rows keep their order unless
    the query sorts or filters."""
    if query.is_plain:
        return [query.shown(row) for row in rows.page(query.offset, query.limit)], len(rows)
    return select(query, rows)


def select(query: Query, rows: Iterable[JsonObject]) -> tuple[list[JsonObject], int]:
    """The selected fields of one page, and the total number of rows. The default order is by
    sourcedId."""
    found = query.ordered(row for row in rows if query.matches(row))
    return [query.shown(row) for row in query.window(found)], len(found)


def read(call: Call, fields: Fields, page_most: int = MOST) -> Query:
    """Parse the query of a list whose pages have at most `page_most` rows. Raises BadQuery."""
    pairs = _pairs(call)
    asked = dict(pairs)
    return Query(
        limit=min(_number(asked, "limit", PAGE, lowest=1), page_most),
        offset=_number(asked, "offset", 0, lowest=0),
        sort=_sort(asked, fields),
        descending=_descending(asked),
        filter=parse_filter(asked["filter"], fields) if "filter" in asked else None,
        selection=_selection(pairs, fields),
        given=tuple(pair for pair in pairs if pair[0] in ("sort", "orderBy", "filter", "fields")),
    )


def read_one(call: Call, fields: Fields) -> Query:
    """Parse the query of a single object, which has only `fields`. Raises BadQuery."""
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
        raise _bad(f"sort must name a field that holds a value (got {field[:80]!r}).")
    return field


def _descending(asked: Mapping[str, str]) -> bool:
    order = asked.get("orderBy", "asc")
    if order not in ("asc", "desc"):
        raise _bad(f"orderBy must be asc or desc (got {order[:40]!r}).")
    return order == "desc"


def _selection(pairs: Iterable[tuple[str, str]], fields: Fields) -> Selection | None:
    """Parse `fields`: clients repeat it, separate names by commas, or both."""
    lists: list[Any] = [text.split(",") for name, text in pairs if name == "fields"]
    if not lists:
        return None
    return fields.selection(name.strip() for names in lists for name in names)


def _bad(message: str) -> BadQuery:
    return BadQuery(message, minor="invaliddata")
