"""The only module of the exporters that touches a socket.

Each exchange uses one new connection and never a second. When a connection breaks, a client cannot
tell whether its request was lost or carried out, and some HTTP libraries then send it again.
"""

from __future__ import annotations

from types import SimpleNamespace

import aiohttp  # noqa: TID251 the room named above
from yarl import URL

from conformance.exporters.kit.wire import LARGEST_ANSWER, Answer, Lost, NotSent, Request

PATIENT = aiohttp.ClientTimeout(total=None)
"""No limit: the caller's deadline covers more than one exchange."""


class Repetition(aiohttp.ClientError):
    """The HTTP library was about to send a request a second time."""


async def exchange(request: Request) -> Answer:
    """The SIS's answer; a redirect is not followed. Raises NotSent or Lost."""
    try:
        async with _session() as session:
            asking = session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
            )
            async with asking as response:
                body = await _whole(response)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, body, response.headers.get("Location", ""), headers)
    except Repetition as error:
        raise Lost("the answer was lost (the connection broke)") from error
    except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
        raise NotSent(f"the SIS cannot be reached ({error})") from error
    except (aiohttp.ClientError, OSError, ValueError, EOFError) as error:
        raise Lost(f"the answer was lost ({type(error).__name__})") from error


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=PATIENT,
        trace_configs=[_once()],
    )


def _once() -> aiohttp.TraceConfig:
    """Refuse the second connection of a request.

    aiohttp sends a GET or PUT again when its connection breaks, even a new one, and has no option
    against that: the SIS would get it twice, with one signature, and the exporter would not know.
    """
    tracing = aiohttp.TraceConfig()
    tracing.on_connection_create_start.append(_refuse_a_second)
    return tracing


async def _refuse_a_second(
    _: aiohttp.ClientSession, request: SimpleNamespace, __: aiohttp.TraceConnectionCreateStartParams
) -> None:
    if getattr(request, "connected", False):
        raise Repetition
    request.connected = True


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """The body, up to a limit: an endless answer must not fill the memory."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise ValueError("the answer is too large")
    return bytes(body)
