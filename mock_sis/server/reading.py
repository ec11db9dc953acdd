"""Turn an incoming request into a Call. A body that cannot be read to its end becomes a defect."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import chain
from typing import cast

from aiohttp import HttpVersion11, StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage
from yarl import URL

from mock_sis.exchange import Call, Defect, Headers
from mock_sis.server import steps


def request_of(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    """The request of a parsed message. aiohttp's compiled parser accepts a CONNECT without a
    target, and then gives None, or the target of the previous request, as its path."""
    if cast("str | None", message.path) is None:
        message = message._replace(path="", url=URL())
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop)


async def read_body(
    request: web.BaseRequest, limit: int, silence: float
) -> tuple[bytes, Defect | None, str]:
    """The request's body, or the part that arrived and the reason why it is incomplete; and the
    words of the parser if its framing is invalid.

    `limit` is in bytes; a larger body is dropped. `silence` is the longest pause, in seconds.
    """
    if (request.content_length or 0) > limit:
        return b"", "too_large", ""
    received: list[bytes] = []
    size = 0
    try:
        await _encourage(request)
        if request.content.is_eof():  # it arrived together with the headers
            whole = request.content.read_nowait()
            return (whole, None, "") if len(whole) <= limit else (b"", "too_large", "")
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(silence) as deadline:
            while chunk := await request.content.readany():
                size += len(chunk)
                if size > limit:
                    return b"", "too_large", ""
                received.append(chunk)
                deadline.reschedule(loop.time() + silence)
    except web.RequestPayloadError as error:
        return b"".join(received), "unreadable", " ".join(str(error).split()).rstrip(".")
    except TimeoutError:
        return b"".join(received), "stalled", ""
    except (OSError, RuntimeError):  # aiohttp raises RuntimeError after the connection is closed
        return b"".join(received), "disconnected", ""
    return b"".join(received), None, ""


async def _encourage(request: web.BaseRequest) -> None:
    """Answer `Expect: 100-continue`. HTTP/1.0 has no such answer (RFC 9110 section 10.1.1)."""
    asks = request.headers.get("Expect", "").lower() == "100-continue"
    if asks and request.version >= HttpVersion11:
        await request.writer.write(steps.CONTINUE)


def call_of(
    request: web.BaseRequest,
    body: bytes,
    defect: Defect | None,
    *,
    cause: str = "",
    received: float,
    peer: str,
    in_flight: int,
) -> Call:
    """The request as a value, with its target and headers as they were sent."""
    return Call(
        method=request.method,
        target=_target(request),
        headers=_headers(request.raw_headers),
        body=body,
        received=received,
        peer=peer,
        in_flight=in_flight,
        defect=defect,
        cause=cause,
        version=f"{request.version.major}.{request.version.minor}",
    )


def _target(request: web.BaseRequest) -> str:
    """The request target as sent; path and query only if it is a full URL, as sent to proxies."""
    target = request.raw_path
    if not target.startswith("/") and "://" in target:
        return str(request.rel_url)
    return target if target.isascii() else _text(target.encode("utf-8", "surrogateescape"))


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers as pairs of text, in the order in which they were sent."""
    try:
        texts = [*map(bytes.decode, chain.from_iterable(raw))]
        return tuple(zip(texts[::2], texts[1::2], strict=True))
    except UnicodeDecodeError:
        return tuple([(_text(name), _text(value)) for name, value in raw])


def _text(raw: bytes) -> str:
    """Header bytes as text: UTF-8 if they are valid, else Latin-1, which always is."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
