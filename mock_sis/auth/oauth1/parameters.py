"""Read the parameters of a signed call, before any of them is verified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote

from mock_sis.errors import Unauthorised
from mock_sis.exchange import Call

CHALLENGE = 'OAuth realm="mock-sis"'
LONGEST_HEADER = 4096
MOST_FIELDS = 1000

NEEDED = (
    "oauth_consumer_key",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
)
PROTOCOL = frozenset({*NEEDED, "oauth_version", "oauth_token"})

_ELEMENT = re.compile(
    r"""[ \t,]*([^\s=,"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s",]*))[ \t]*(?:,|\Z)"""
)
_NOTHING_MORE = re.compile(r"[ \t,]*\Z")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")

Pairs = list[tuple[str, str]]


def parameters(call: Call) -> tuple[Mapping[str, str], Pairs]:
    """The OAuth parameters, and all parameters that the signature covers (§3.4.1.3.1)."""
    header, query = _header(call), _form(call.target.partition("?")[2])
    in_header, in_query = _protocol(header), _protocol(query)
    if in_header and in_query:
        raise refused(
            "OAuth parameters are both in the Authorization header and in the query; send one set."
        )
    if not in_query and header is None:
        raise refused("The Authorization header is missing.")
    signed = [
        pair
        for pair in (*(header or ()), *query, *_form_body(call))
        if pair[0] != "oauth_signature"
    ]
    return in_header or in_query, signed


def _protocol(pairs: Pairs | None) -> Mapping[str, str]:
    """The OAuth parameters among all parameters. Raises Unauthorised if one occurs twice."""
    found: dict[str, str] = {}
    for name, value in pairs or ():
        if name not in PROTOCOL:
            continue
        if name in found:
            raise refused(f"The parameter {name} is given twice.")
        found[name] = value
    return found


def _header(call: Call) -> Pairs | None:
    """The parameters of the Authorization header (§3.5.1) without the realm; None if missing."""
    given = [value for name, value in call.headers if name.lower() == "authorization"]
    if not given:
        return None
    if len(given) > 1:
        raise refused("The Authorization header is given more than once.")
    scheme, _, text = given[0].strip().partition(" ")
    if scheme.lower() != "oauth":
        raise refused("The Authorization header does not use the scheme OAuth.")
    if len(text) > LONGEST_HEADER:
        raise refused(f"The Authorization header is longer than {LONGEST_HEADER} characters.")
    return [
        (_decoded(name), _decoded(value))
        for name, value in _elements(text)
        if name.lower() != "realm"
    ]


def _elements(text: str) -> Iterable[tuple[str, str]]:
    """The elements `name="value"` of a header, with values unquoted."""
    place = 0
    while not _NOTHING_MORE.match(text, place):
        found = _ELEMENT.match(text, place)
        if found is None:
            raise refused(
                "The Authorization header cannot be read: after OAuth, it must be a list of "
                'name="value" separated by commas.'
            )
        name, quoted, bare = found.groups()
        yield name, bare if quoted is None else quoted
        place = found.end()


def _decoded(text: str) -> str:
    if _STRAY_PERCENT.search(text):
        raise refused(
            "A parameter of the Authorization header has a % without two hexadecimal digits."
        )
    try:
        decoded = unquote(text, errors="strict")
        decoded.encode()
    except UnicodeError:
        raise refused("A parameter of the Authorization header is not UTF-8.") from None
    return decoded


def _form_body(call: Call) -> Pairs:
    """The parameters of a form body. Signatures do not cover other bodies."""
    media_type = (call.header("Content-Type") or "").partition(";")[0].strip().lower()
    is_form = media_type == "application/x-www-form-urlencoded"
    return _form(call.body.decode("ascii", errors="replace")) if is_form else []


def _form(text: str) -> Pairs:
    # Bytes that are not UTF-8 arrive as lone surrogates, which no client can have signed.
    readable = text.encode(errors="replace").decode()
    try:
        return parse_qsl(readable, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise refused(f"There are more than {MOST_FIELDS} parameters.") from None


def refused(text: str) -> Unauthorised:
    return Unauthorised(text, challenge=CHALLENGE)
