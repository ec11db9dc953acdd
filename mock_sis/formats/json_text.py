"""Decode and encode JSON strictly.

JSON must be UTF-8 without a byte-order mark (RFC 8259 §8.1). `decode_json` refuses, with the reason
in its message: other encodings, NaN and infinities, numbers that do not fit a double, lone
surrogates, duplicate names in an object, and nesting deeper than `DEEPEST`. JSON readers disagree
about each of these, and a grade must not depend on the reader.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from itertools import accumulate
from typing import Any

import orjson

from mock_sis.errors import Malformed, WrongType
from mock_sis.formats.depth import DEEPEST
from mock_sis.formats.numbers import exact_number
from mock_sis.gc_pause import pause_gc

_DEFECTS = (
    (b"\xef\xbb\xbf", "starts with a UTF-8 byte-order mark; send UTF-8 without one"),
    (b"\xff\xfe", "is UTF-16; send UTF-8"),
    (b"\xfe\xff", "is UTF-16; send UTF-8"),
)


def decode_json(body: bytes) -> Any:
    """Decode a JSON body strictly. Raises Malformed with what is wrong."""
    refuse_encoding(body)
    refuse_depth(body)
    try:
        with pause_gc() if len(body) > _LARGE else nullcontext():
            orjson.loads(body)  # has good messages for NaN, infinities, surrogates, truncation
            return json.loads(body, object_pairs_hook=_unique_names, parse_float=exact_number)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"The body is not JSON: {error}.") from error


_LARGE = 2**18
"""Bytes. For smaller bodies, garbage collection takes too little time to matter."""


def refuse_encoding(body: bytes) -> None:
    """Raise Malformed if the body is empty, not UTF-8, or starts with a byte-order mark."""
    if not body:
        raise Malformed("The body is empty; send a JSON document.")
    for mark, cause in _DEFECTS:
        if body.startswith(mark):
            raise Malformed(f"The body {cause}.")
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not UTF-8: byte {error.start} {error.reason}.") from error


def refuse_depth(body: bytes) -> None:
    """Raise Malformed if arrays and objects are nested deeper than `DEEPEST`.

    Brackets inside strings do not count. They are only separated from the others if all opening
    brackets together exceed the limit, since that takes time.
    """
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return
    brackets = _brackets_outside_strings(body)
    if not _is_shallow(brackets) and _is_too_deep(brackets):
        raise Malformed(f"The body is nested more than {DEEPEST} levels deep.")


def _brackets_outside_strings(body: bytes) -> bytes:
    """The brackets and braces outside strings, in order, with braces written as brackets."""
    text = body.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in body else body
    return b"".join(text.split(b'"')[::2]).translate(_SQUARE, _NOT_BRACKETS)


_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SQUARE = bytes.maketrans(b"{}", b"[]")
_BULK_DEPTH = 8
"""Levels of nesting that no bulk body exceeds."""


def _is_shallow(brackets: bytes) -> bool:
    """Whether brackets are balanced and at most `_BULK_DEPTH` deep: removing the innermost pairs
    that many times leaves nothing. This is fast, and true of bulk bodies."""
    for _ in range(_BULK_DEPTH):
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return True
    return False


def _is_too_deep(brackets: bytes) -> bool:
    """Whether brackets, balanced or not, are nested deeper than `DEEPEST`."""
    depths = accumulate(1 if token == ord("[") else -1 for token in brackets)
    return any(depth > DEEPEST for depth in depths)


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        duplicate = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the name {duplicate[:80]!r} occurs twice in one object")
    return found


def encode_json(data: Any, *, indent: bool = False) -> bytes:
    """Plain data as UTF-8 JSON, compact or indented. Raises TypeError for values that JSON does not
    have."""
    try:
        return orjson.dumps(data, option=orjson.OPT_INDENT_2 if indent else None)
    except TypeError as error:
        # orjson refuses integers beyond 64 bits, which a JSON body may have contained.
        style: dict[str, Any] = {"indent": 2} if indent else {"separators": (",", ":")}
        try:
            return json.dumps(data, ensure_ascii=False, **style).encode()
        except UnicodeEncodeError:  # a lone surrogate, which UTF-8 cannot encode
            raise error from None


def json_decoder(charset: str) -> Callable[[bytes], Any]:
    """`decode_json` for the charset of a Content-Type. Raises WrongType if it is not UTF-8."""
    require_utf8(charset)
    return decode_json


def require_utf8(charset: str) -> None:
    """Raise WrongType unless the charset of a Content-Type is UTF-8, or not given ("")."""
    if charset not in ("", "utf-8", "utf8"):
        raise WrongType(f"The charset is {charset[:40]!r}; send UTF-8.")
