"""Choose a body's format by its media type, and decode and encode JSON strictly.

JSON must be UTF-8 without a byte-order mark (RFC 8259 §8.1). `decode_json` refuses, with the reason
in its message: other encodings, NaN and infinities, numbers that do not fit a double, lone
surrogates, duplicate names in an object, and nesting deeper than `DEEPEST`. JSON readers disagree
about each of these, and a grade must not depend on the reader. XML is in `xml_text.py`. Handlers
look up a format in `FORMATS` by its media type, so a new format needs no change in a handler.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import orjson

from mock_sis.errors import Malformed, Problem, Refused, WrongType
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.formats.depth import DEEPEST
from mock_sis.formats.xml_text import decode_xml, encode_xml, xml_decoder
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
            return json.loads(body, object_pairs_hook=_unique_names, parse_float=_number)
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


def _number(text: str) -> int | float:
    """The number, as int if it is whole, because 1.0 is an integer in JSON Schema. Beyond 2^53 a
    double may have lost its fraction, so it stays a float."""
    number = float(text)
    return int(number) if abs(number) < 2**53 and number.is_integer() else number


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


JSON_TYPE = "application/json"
XML_TYPE = "application/xml"
XML_TEXT_TYPE = "text/xml"
PROBLEM_TYPE = "application/problem+json"


def json_reply(data: Any, status: int = 200, headers: Headers = ()) -> Reply:
    """A JSON answer."""
    return Reply(status, (("Content-Type", JSON_TYPE), *headers), encode_json(data))


def json_decoder(charset: str) -> Callable[[bytes], Any]:
    """`decode_json` for the charset of a Content-Type. Raises WrongType if it is not UTF-8."""
    if charset not in ("", "utf-8", "utf8"):
        raise WrongType(f"The charset is {charset[:40]!r}; send UTF-8.")
    return decode_json


@dataclass(frozen=True, slots=True)
class Format:
    """A wire format: its media type, and functions that decode and encode a body.

    `decoder` gives the `decode` for the charset of a Content-Type. It raises WrongType.
    """

    media_type: str
    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]
    decoder: Callable[[str], Callable[[bytes], Any]]


_JSON = Format(JSON_TYPE, decode_json, encode_json, json_decoder)
_XML = Format(XML_TYPE, decode_xml, encode_xml, xml_decoder)

FORMATS = {
    JSON_TYPE: _JSON,
    XML_TYPE: _XML,
    XML_TEXT_TYPE: replace(_XML, media_type=XML_TEXT_TYPE),
}
"""Media type -> format. Handlers use `request_format` and `accepted_format`."""


def request_format(call: Call, accepted: tuple[str, ...] = (JSON_TYPE,)) -> Format:
    """The format of a request's body, by its Content-Type. Raises WrongType if it is not accepted,
    or if the body is compressed (RFC 9110 section 8.4)."""
    coding = call.header("Content-Encoding") or "identity"
    if coding.strip().lower() != "identity":
        raise WrongType(f"The Content-Encoding is {coding[:40]!r}; send the body uncompressed.")
    media_type, charset = content_type(call)
    if media_type not in accepted:
        sent = repr(media_type[:80]) if media_type else "missing"
        raise WrongType(f"The Content-Type is {sent}; send {' or '.join(accepted)}.")
    found = FORMATS[media_type]
    return replace(found, decode=found.decoder(charset))


def accepted_format(call: Call, offered: tuple[str, ...] = tuple(FORMATS)) -> Format:
    """The offered format with the highest weight in the Accept header (RFC 9110 section 12.5.1).

    Among equals, the first offered format wins. It is also used if none is acceptable, because a
    body in the usual format is more useful than an error.
    """
    sent = [value for name, value in call.headers if name.lower() == "accept"]
    weights = dict(_weighted(item) for item in ",".join(sent).split(","))
    return FORMATS[max(offered, key=lambda media_type: _weight(media_type, weights))]


def _weight(media_type: str, weights: dict[str, float]) -> float:
    """The weight in the most specific range that covers the media type, or 0."""
    ranges = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    return next((weights[each] for each in ranges if each in weights), 0.0)


_QUALITY = re.compile(r"0(\.[0-9]*)?|1(\.0*)?")


def _weighted(item: str) -> tuple[str, float]:
    """A media range and its weight: 1 if none is given, 0 if it is invalid."""
    media_range, *parameters = (part.strip().lower() for part in item.split(";"))
    given = [part[2:].strip() for part in parameters if part.startswith("q=")] or ["1"]
    return media_range, float(given[0]) if _QUALITY.fullmatch(given[0]) else 0.0


def content_type(message: Call | Reply) -> tuple[str, str]:
    """The media type and the charset of a body, in lower case; "" if not given."""
    value = message.header("Content-Type") or ""
    media_type, *parameters = (part.strip() for part in value.split(";"))
    charset = ""
    for parameter in parameters:
        name, _, given = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = given.strip().strip('"').lower()
    return media_type.lower(), charset


def problem_reply(refused: Refused) -> Reply:
    """An error as `application/problem+json` (RFC 9457), with JSON pointers under `errors`."""
    data: dict[str, Any] = {
        "type": "about:blank",
        "title": refused.title,
        "status": refused.status,
        "detail": str(refused),
    }
    if refused.problems:
        data["errors"] = [_error(problem) for problem in refused.problems]
    headers = (("Content-Type", PROBLEM_TYPE), *refused.headers)
    return Reply(refused.status, headers, encode_json(data))


def _error(problem: Problem) -> dict[str, str]:
    return {"pointer": problem.pointer, "detail": problem.message}
