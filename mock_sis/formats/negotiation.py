"""Choose a body's format by its media type.

Handlers look up a format in `FORMATS`, so a new format needs no change in a handler. The formats
themselves are in `json_text.py` and `xml_text.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from mock_sis.errors import Problem, Refused, WrongType
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.formats.json_text import decode_json, encode_json, json_decoder
from mock_sis.formats.xml_text import decode_xml, encode_xml, xml_decoder

JSON_TYPE = "application/json"
XML_TYPE = "application/xml"
XML_TEXT_TYPE = "text/xml"
FORM_TYPE = "application/x-www-form-urlencoded"
PROBLEM_TYPE = "application/problem+json"


def json_reply(data: Any, status: int = 200, headers: Headers = ()) -> Reply:
    """A JSON answer."""
    return Reply(status, (("Content-Type", JSON_TYPE), *headers), encode_json(data))


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
    media_type, charset = request_type(call, accepted)
    found = FORMATS[media_type]
    return replace(found, decode=found.decoder(charset))


def request_type(call: Call, accepted: tuple[str, ...]) -> tuple[str, str]:
    """The media type and the charset of a request's body. Raises WrongType as `request_format`
    does."""
    coding = call.header("Content-Encoding") or "identity"
    if coding.strip().lower() != "identity":
        raise WrongType(f"The Content-Encoding is {coding[:40]!r}; send the body uncompressed.")
    media_type, charset = content_type(call)
    if media_type not in accepted:
        sent = repr(media_type[:80]) if media_type else "missing"
        raise WrongType(f"The Content-Type is {sent}; send {' or '.join(accepted)}.")
    return media_type, charset


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


def _error(problem: Problem) -> dict[str, str]:
    return {"pointer": problem.pointer, "detail": problem.message}
