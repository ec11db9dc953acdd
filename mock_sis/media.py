"""Bytes to plain data and back, strictly.

JSON is UTF-8 without a byte-order mark (RFC 8259 §8.1). Refused, each by its name: other
encodings, NaN and infinities, numbers no double holds, lone surrogates, names that occur twice in
one object, and nesting deeper than `DEEPEST`. XML is in `xmlmedia`. Which format a handler speaks
is looked up in `FORMATS` by content type, so that another one joins without touching a handler.
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
from mock_sis.garbage import uncollected
from mock_sis.limits import DEEPEST
from mock_sis.xmlmedia import decode_xml, encode_xml, xml_decoder

_DEFECTS = (
    (b"\xef\xbb\xbf", "starts with a UTF-8 byte-order mark; send UTF-8 without one"),
    (b"\xff\xfe", "is UTF-16; send UTF-8"),
    (b"\xfe\xff", "is UTF-16; send UTF-8"),
)


def decode_json(body: bytes) -> Any:
    """Plain data from a strict JSON body. Raises Malformed, naming the defect and the cure."""
    refuse_encoding(body)
    refuse_depth(body)
    try:
        with uncollected() if len(body) > _LARGE else nullcontext():
            orjson.loads(body)  # refuses NaN, infinities, lone surrogates and truncation by name
            return json.loads(body, object_pairs_hook=_no_twins, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"The body is not JSON: {error}.") from error


_LARGE = 2**18
"""Bytes. In fewer, there is too little among which garbage could be looked for to matter."""


def refuse_encoding(body: bytes) -> None:
    """Raise Malformed for an empty body, or one that is not plain UTF-8."""
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
    """Raise Malformed where arrays and objects are nested deeper than `DEEPEST`.

    Brackets inside strings do not count, so they are only told apart when all opening brackets
    together could pass the bound.
    """
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return
    brackets = _structure(body)
    if not _peeled(brackets) and _too_deep(brackets):
        raise Malformed(f"The body is nested more than {DEEPEST} levels deep.")


def _structure(body: bytes) -> bytes:
    """The brackets of a JSON text that stand outside strings, in order, all of them as square."""
    text = body.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in body else body
    return b"".join(text.split(b'"')[::2]).translate(_SQUARE, _NOT_BRACKETS)


_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SQUARE = bytes.maketrans(b"{}", b"[]")
_BULK_DEPTH = 8
"""Bulk bodies are flatter than this."""


def _peeled(brackets: bytes) -> bool:
    """Whether taking off the innermost level a few times leaves nothing: balanced, and not too
    deep. That settles a bulk body."""
    for _ in range(_BULK_DEPTH):
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return True
    return False


def _too_deep(brackets: bytes) -> bool:
    """Whether brackets that may be unbalanced get deeper than `DEEPEST`."""
    depths = accumulate(1 if token == ord("[") else -1 for token in brackets)
    return any(depth > DEEPEST for depth in depths)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twin = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the name {twin[:80]!r} occurs twice in one object")
    return found


def _number(text: str) -> int | float:
    """The number, as int where it is whole: JSON Schema counts 1.0 among the integers, and so does
    everybody here then. Beyond 2^53 no double is a whole number for sure, and it is left alone."""
    number = float(text)
    return int(number) if abs(number) < 2**53 and number.is_integer() else number


def encode_json(data: Any, *, indent: bool = False) -> bytes:
    """Plain data as UTF-8 JSON, compact or for people. Raises TypeError for what JSON cannot
    say."""
    try:
        return orjson.dumps(data, option=orjson.OPT_INDENT_2 if indent else None)
    except TypeError as error:
        # What came in as JSON goes out again: orjson stops at 64 bits, JSON does not.
        style: dict[str, Any] = {"indent": 2} if indent else {"separators": (",", ":")}
        try:
            return json.dumps(data, ensure_ascii=False, **style).encode()
        except UnicodeEncodeError:  # a lone surrogate, which no UTF-8 can say
            raise error from None


JSON_TYPE = "application/json"
XML_TYPE = "application/xml"
XML_TEXT_TYPE = "text/xml"
PROBLEM_TYPE = "application/problem+json"


def json_reply(data: Any, status: int = 200, headers: Headers = ()) -> Reply:
    """A JSON answer."""
    return Reply(status, (("Content-Type", JSON_TYPE), *headers), encode_json(data))


def json_decoder(charset: str) -> Callable[[bytes], Any]:
    """`decode_json` for a Content-Type with that charset. Raises WrongType for all but UTF-8."""
    if charset not in ("", "utf-8", "utf8"):
        raise WrongType(f"The charset is {charset[:40]!r}; send UTF-8.")
    return decode_json


@dataclass(frozen=True, slots=True)
class Format:
    """A wire format: its media type, and how to read and to write a body.

    `decoder` gives the `decode` for a charset named in a Content-Type; it raises WrongType.
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
"""By media type; a handler asks `request_format` and never names a format itself."""


def request_format(call: Call, accepted: tuple[str, ...] = (JSON_TYPE,)) -> Format:
    """The format of a request's body by its Content-Type. Raises WrongType, for a compressed body
    too (RFC 9110 section 8.4)."""
    coding = call.header("Content-Encoding") or "identity"
    if coding.strip().lower() != "identity":
        raise WrongType(f"The Content-Encoding is {coding[:40]!r}; send the body uncompressed.")
    media_type, charset = content_type(call)
    if media_type not in accepted:
        sent = repr(media_type[:80]) if media_type else "none"
        raise WrongType(f"The Content-Type is {sent}; send {' or '.join(accepted)}.")
    found = FORMATS[media_type]
    return replace(found, decode=found.decoder(charset))


def accepted_format(call: Call, offered: tuple[str, ...] = tuple(FORMATS)) -> Format:
    """The offered format that the Accept header weighs most (RFC 9110 section 12.5.1).

    The first offered one wins among equals, and where nothing offered is acceptable: a body in the
    usual format says more than an error does.
    """
    sent = [value for name, value in call.headers if name.lower() == "accept"]
    weights = dict(_weighted(item) for item in ",".join(sent).split(","))
    return FORMATS[max(offered, key=lambda media_type: _weight(media_type, weights))]


def _weight(media_type: str, weights: dict[str, float]) -> float:
    """What the most specific range that covers the type says of it; 0 where none does."""
    ranges = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    return next((weights[each] for each in ranges if each in weights), 0.0)


_QUALITY = re.compile(r"0(\.[0-9]*)?|1(\.0*)?")


def _weighted(item: str) -> tuple[str, float]:
    """A media range and its weight: 1 where none is given, 0 where it cannot be read."""
    media_range, *parameters = (part.strip().lower() for part in item.split(";"))
    given = [part[2:].strip() for part in parameters if part.startswith("q=")] or ["1"]
    return media_range, float(given[0]) if _QUALITY.fullmatch(given[0]) else 0.0


def content_type(message: Call | Reply) -> tuple[str, str]:
    """The media type and the charset of a body, in lower case; "" where not given."""
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
        data["errors"] = [_told(problem) for problem in refused.problems]
    headers = (("Content-Type", PROBLEM_TYPE), *refused.headers)
    return Reply(refused.status, headers, encode_json(data))


def defect_reply() -> Reply:
    """The answer to an unexpected exception, in the same form for every interface."""
    data = {
        "type": "about:blank",
        "title": "Internal server error",
        "status": 500,
        "detail": _DEFECT,
    }
    return Reply(500, (("Content-Type", PROBLEM_TYPE),), encode_json(data))


_DEFECT = (
    "mock-sis failed to answer this request because of a defect in mock-sis itself. The log of the "
    "simulator (stderr of `mock-sis serve`) has the traceback. Please report the request and the "
    "traceback to the maintainers of mock-sis, as CONTRIBUTING.md describes."
)


def _told(problem: Problem) -> dict[str, str]:
    return {"pointer": problem.pointer, "detail": problem.message}
