"""Convert form bodies (application/x-www-form-urlencoded) to plain data and back.

A form is a flat list of names and texts. Two notations put lists and objects into the names:

- brackets: `participants[0][user][id]=1001`
- dots: `participants.0.user.id=1001`

A part of digits is an index: rows are numbered from 0 without gaps, in any order. Every value is a
text. An empty list or object cannot be written, so that a reader finds nothing at its place.

Refused, with the reason: bytes that are not UTF-8, a name twice, a name that has both a value and
parts, a list with gaps, more than `DEEPEST` parts, and more than `MOST_FIELDS` fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal
from urllib.parse import parse_qsl, quote_plus

from mock_sis.errors import Malformed
from mock_sis.formats.depth import DEEPEST

Notation = Literal["brackets", "dots"]

MOST_FIELDS = 1_000_000
"""A field of two bytes takes a hundred times as much memory."""


def decode_form(body: bytes, notation: Notation) -> Any:
    """Decode a form to dicts, lists and texts. Raises Malformed with what is wrong."""
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except UnicodeDecodeError as error:
        raise Malformed(f"The form is not UTF-8: {error.reason}.") from error
    except ValueError as error:
        raise Malformed(f"The form has more than {MOST_FIELDS:,} fields.") from error
    split = _SPLIT[notation]
    whole: dict[str, Any] = {}
    for name, text in pairs:
        _put(whole, split(name), name, text)
    return _lists(whole)


def _put(whole: dict[str, Any], parts: list[str], name: str, text: str) -> None:
    if len(parts) > DEEPEST:
        raise Malformed(f"The form has a name of more than {DEEPEST} parts.")
    node = whole
    for part in parts[:-1]:
        node = node.setdefault(part, {})
        if not isinstance(node, dict):
            raise Malformed(f"The form has a value beside parts of {name[:80]!r}.")
    if parts[-1] in node:
        raise Malformed(f"The name {name[:80]!r} occurs twice in the form.")
    node[parts[-1]] = text


_BRACKETED = re.compile(r"([^\[\]]+)((?:\[[^\[\]]+\])*)")


def _split_brackets(name: str) -> list[str]:
    found = _BRACKETED.fullmatch(name)
    if found is None:
        raise Malformed(f"The form has the name {name[:80]!r}; write names as a[0][b].")
    return [found[1], *found[2][1:-1].split("][")] if found[2] else [found[1]]


def _split_dots(name: str) -> list[str]:
    parts = name.split(".")
    if not all(parts):
        raise Malformed(f"The form has the name {name[:80]!r}; write names as a.0.b.")
    return parts


_SPLIT: dict[str, Callable[[str], list[str]]] = {"brackets": _split_brackets, "dots": _split_dots}


def _lists(node: Any) -> Any:
    """The same data, with lists in place of objects whose names are indexes."""
    if not isinstance(node, dict):
        return node
    items = {name: _lists(value) for name, value in node.items()}
    if not items or not all(name.isascii() and name.isdecimal() for name in items):
        return items
    places = [str(place) for place in range(len(items))]
    missing = next((place for place in places if place not in items), None)
    if missing is not None:
        raise Malformed(
            f"A list in the form has no index {missing}; number its {len(items)} rows from 0,"
            " without gaps."
        )
    return [items[place] for place in places]


def encode_form(data: Any, notation: Notation) -> bytes:
    """Plain data as a form: the inverse of `decode_form`. None is an empty text."""
    join = _JOIN[notation]
    return "&".join(
        f"{quote_plus(join(parts))}={quote_plus(text)}" for parts, text in _flat(data, ())
    ).encode()


def _flat(node: Any, parts: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _flat(value, (*parts, name))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _flat(value, (*parts, str(place)))
    else:
        yield parts, "" if node is None else str(node)


_JOIN: dict[str, Callable[[tuple[str, ...]], str]] = {
    "brackets": lambda parts: parts[0] + "".join(f"[{part}]" for part in parts[1:]),
    "dots": ".".join,
}
