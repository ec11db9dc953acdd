# Hooks share one signature; few use every argument.
# ruff: noqa: ARG002
"""Faults of the body: answers that arrive whole and cannot be read, or only by a lenient reader."""

from codecs import BOM_UTF8
from dataclasses import replace
from typing import Annotated, Any, ClassVar

import orjson
from msgspec import Meta

from mock_sis.exchange import Reply
from mock_sis.faults.parameters import Kept, StatusCode
from mock_sis.faults.transport import kept
from mock_sis.faults.what import OwnAnswer, Phase, What

PAGE = b"""<!DOCTYPE html>
<html lang="en">
<head><title>Service notice</title></head>
<body><h1>We will be right back</h1><p>The service is being looked after.</p></body>
</html>
"""


class SpoiltBody(What, frozen=True):
    """A kind that rewrites the body of the finished answer."""

    phases: ClassVar[tuple[Phase, ...]] = ("after",)

    def spoilt(self, body: bytes) -> bytes:
        """The body to send; the same one if it cannot be spoilt."""
        raise NotImplementedError

    def after(self, reply: Reply) -> Reply:
        return replace(reply, body=self.spoilt(reply.body))


class EmptyBody(SpoiltBody, frozen=True, tag="empty_body"):
    """The status and the headers are true; the body is empty."""

    def spoilt(self, body: bytes) -> bytes:
        return b""


class TruncatedBody(SpoiltBody, frozen=True, tag="truncated_body"):
    """The body is cut short, and the Content-Length agrees with it. `keep` says how much is sent:
    below 1 a share, from 1 on a number of bytes."""

    keep: Kept = 0.5

    def spoilt(self, body: bytes) -> bytes:
        return body[: kept(self.keep, len(body))]


class HtmlPage(OwnAnswer, frozen=True, tag="html_page"):
    """A web page replaces the answer, as from a proxy or a login wall."""

    status: Annotated[StatusCode, Meta(description="The status code.")] = 200

    def answer(self) -> Reply:
        return Reply(self.status, (("Content-Type", "text/html; charset=utf-8"),), PAGE)


class ByteOrderMark(SpoiltBody, frozen=True, tag="byte_order_mark"):
    """A UTF-8 byte-order mark precedes the body."""

    def spoilt(self, body: bytes) -> bytes:
        return BOM_UTF8 + body if body else body


class NotUtf8(SpoiltBody, frozen=True, tag="not_utf8"):
    """The first string of the body contains a byte of another encoding."""

    def spoilt(self, body: bytes) -> bytes:
        # 0xE9 (é in Latin-1) begins a three-byte sequence in UTF-8; the next byte does not continue
        # it.
        head, quote, tail = body.partition(b'"')
        return head + quote + b"\xe9" + tail if body else body


class DuplicateKeys(SpoiltBody, frozen=True, tag="duplicate_keys"):
    """The JSON object names its first member again at the end, as null: a reader that lets the last
    one win takes the false value."""

    def spoilt(self, body: bytes) -> bytes:
        members = json_object(body)
        if not members:
            return body
        again = orjson.dumps(next(iter(members)))
        return body.rstrip()[:-1] + b"," + again + b":null}"


class MissingOuterBraces(SpoiltBody, frozen=True, tag="missing_outer_braces"):
    """The JSON object lacks its outermost braces."""

    def spoilt(self, body: bytes) -> bytes:
        return body if json_object(body) is None else body.strip()[1:-1]


def json_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object of a body; None if the body is anything else."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return data if isinstance(data, dict) else None
