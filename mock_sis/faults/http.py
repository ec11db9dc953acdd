# Hooks share one signature; few use every argument.
# ruff: noqa: ARG002
"""Faults of the HTTP layer: statuses, redirects, and heads that do not match their bodies."""

from collections.abc import Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from http.client import responses
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from mock_sis.exchange import Call, Headers, Reply
from mock_sis.faults.parameters import HttpDate, Offset, StatusCode, WaitSeconds
from mock_sis.faults.what import Memory, OwnAnswer, Phase, What
from mock_sis.formats.json_text import encode_json

NO_BODY = frozenset({204, 205, 304})
"""The statuses that cannot have a body (RFC 9110 §15)."""
FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})
"""Headers that only the server writes; `wrong_content_length` and `chunked_garbage` spoil them."""


HeaderName = Annotated[str, Meta(extra_json_schema={"pattern": r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"})]
HeaderValue = Annotated[
    str,
    Meta(
        max_length=8000,
        extra_json_schema={"pattern": r"^[\t\u0020-\u007e\u0080-\u00ff]*$"},
    ),
]


class Status(OwnAnswer, frozen=True, kw_only=True, tag="status"):
    """Any status, with any headers and body: text as it is, objects and lists as JSON."""

    status: Annotated[StatusCode, Meta(description="The status code.")]
    body: Annotated[
        str | dict[str, Any] | list[Any] | None,
        Meta(
            description="Text, sent as it is, or an object or a list, sent as JSON; by default the "
            "phrase of the status."
        ),
    ] = None
    headers: Annotated[
        dict[HeaderName, HeaderValue],
        Meta(
            max_length=50,
            description="Headers of the answer, without those of its framing, which the server "
            "writes.",
        ),
    ] = msgspec.field(default_factory=dict)
    retry_after: Annotated[
        WaitSeconds | HttpDate | None,
        Meta(description="The Retry-After header: seconds, or an HTTP date."),
    ] = None

    def __post_init__(self) -> None:
        if self.body and self.status in NO_BODY:
            raise ValueError(f"an answer of status {self.status} has no body; leave body out")
        framing = sorted(name for name in self.headers if name.lower() in FRAMING)
        if framing:
            raise ValueError(
                f"{framing[0]} is written by the server; to get it wrong, use wrong_content_length "
                "or chunked_garbage"
            )
        if isinstance(self.retry_after, str):
            require_http_date(self.retry_after)

    def answer(self) -> Reply:
        content, media_type = self._content()
        headers = dict(self.headers)
        given = {name.lower() for name in headers}
        if media_type and "content-type" not in given:
            headers["Content-Type"] = media_type
        if self.retry_after is not None and "retry-after" not in given:
            headers["Retry-After"] = str(self.retry_after)
        return Reply(self.status, tuple(headers.items()), content)

    def _content(self) -> tuple[bytes, str | None]:
        if self.status in NO_BODY:
            return b"", None
        if isinstance(self.body, dict | list):
            return encode_json(self.body), "application/json"
        text = reason(self.status) if self.body is None else self.body
        return text.encode(), "text/plain; charset=utf-8"


class ExpiredToken(What, frozen=True, tag="expired_token"):
    """A 401 that says the token has expired (RFC 6750 §3.1), although the credentials are good."""

    phases: ClassVar[tuple[Phase, ...]] = ("before",)

    def before(self, call: Call, memory: Memory) -> Reply:
        challenge = 'Bearer error="invalid_token", error_description="The access token expired"'
        return told(401, "The access token expired", WWW_Authenticate=challenge)


class Redirect(OwnAnswer, frozen=True, kw_only=True, tag="redirect"):
    """A redirect to another path, or by an absolute URL to another host."""

    location: Annotated[
        str,
        Meta(
            max_length=2000,
            description="The new place: a path, or an absolute URL.",
            extra_json_schema={"pattern": r"^(/|https?://)[\u0021-\u007e]*$"},
        ),
    ]
    status: Annotated[Literal[301, 302, 303, 307, 308], Meta(description="The status code.")] = 307

    def answer(self) -> Reply:
        return told(self.status, reason(self.status), Location=self.location)


class WrongContentType(What, frozen=True, tag="wrong_content_type"):
    """The true body with a wrong Content-Type."""

    phases: ClassVar[tuple[Phase, ...]] = ("after",)

    value: Annotated[
        str,
        Meta(
            max_length=200,
            description="The Content-Type that is sent.",
            extra_json_schema={"pattern": r"^[\t\u0020-\u007e]*$"},
        ),
    ] = "text/plain"

    def after(self, reply: Reply) -> Reply:
        return replace(reply, headers=with_header(reply.headers, "Content-Type", self.value))


class WrongContentLength(What, frozen=True, tag="wrong_content_length"):
    """A Content-Length that is wrong by `delta` bytes; the connection is closed after the body."""

    phases: ClassVar[tuple[Phase, ...]] = ("after",)

    delta: Annotated[
        Offset,
        Meta(
            description="Bytes by which the announced length exceeds the true one; may be "
            "negative.",
            extra_json_schema={"not": {"const": 0}},
        ),
    ] = 10

    def __post_init__(self) -> None:
        if self.delta == 0:
            raise ValueError("delta must not be 0, which gives the right Content-Length")

    def after(self, reply: Reply) -> Reply:
        claimed = max(0, len(reply.body) + self.delta)
        if claimed == len(reply.body):
            return reply
        return replace(
            reply, delivery=replace(reply.delivery, claimed_length=claimed, ending="close")
        )


class ChunkedGarbage(What, frozen=True, tag="chunked_garbage"):
    """The answer announces chunked framing, and its chunk sizes are not numbers."""

    phases: ClassVar[tuple[Phase, ...]] = ("after",)

    def after(self, reply: Reply) -> Reply:
        return replace(reply, delivery=replace(reply.delivery, bad_chunks=True, ending="close"))


class BadGzip(What, frozen=True, tag="bad_gzip"):
    """The answer announces gzip, and its body is not compressed."""

    phases: ClassVar[tuple[Phase, ...]] = ("after",)

    def after(self, reply: Reply) -> Reply:
        return replace(reply, headers=with_header(reply.headers, "Content-Encoding", "gzip"))


def with_header(headers: Headers, name: str, value: str) -> Headers:
    """The headers with this one in place of any of that name."""
    others = tuple(pair for pair in headers if pair[0].lower() != name.lower())
    return (*others, (name, value))


def told(status: int, text: str, **headers: str) -> Reply:
    """A short answer in plain text; header names have underscores for hyphens."""
    named: Mapping[str, str] = {key.replace("_", "-"): value for key, value in headers.items()}
    plain = ("Content-Type", "text/plain; charset=utf-8")
    return Reply(status, (plain, *named.items()), text.encode())


def reason(status: int) -> str:
    """The registered phrase of a status, or its number."""
    return responses.get(status, str(status))


def require_http_date(text: str) -> None:
    """Raise ValueError unless this is a date as Retry-After takes it (RFC 9110 §5.6.7)."""
    try:
        parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        raise ValueError(
            "retry_after must be a number of seconds or a date like Mon, 15 Jun 2026 09:00:00 GMT "
            f"(got {text!r})"
        ) from None
