"""An HTTP exchange as frozen values: what came in, what goes out, and how its bytes leave.

Nothing here touches a socket. A fault is therefore data, and each can be tested without one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import parse_qsl, unquote

T = TypeVar("T")
Headers = tuple[tuple[str, str], ...]
Defect = Literal["too_large", "stalled", "disconnected", "unreadable"]
"""Why a request's body is not whole: over the limit, not sent in time, the client went away,
or its framing could not be read."""


class _Lookup(Generic[T]):
    """A property that is worked out once: functools.cached_property without the lock that this
    takes before Python 3.12, which costs more than most lookups."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self.work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, call: Any, owner: type) -> T:
        found = call.__dict__[self.name] = self.work(call)
        return found


@dataclass(frozen=True)
class Call:
    """A request as it was received.

    `target` is the request target as sent (path and query, still percent-encoded); `received` is
    Unix seconds by the simulator's clock; `in_flight` counts the exchanges under way when this one
    was received, itself included. A connection that was refused before any HTTP was read is a Call
    with an empty method.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    received: float = 0.0
    peer: str = ""
    in_flight: int = 1
    defect: Defect | None = None

    @_Lookup
    def path(self) -> str:
        """The path without its query, still percent-encoded."""
        return self.target.partition("?")[0]

    @_Lookup
    def query(self) -> Mapping[str, str]:
        """The query's parameters; the last one wins where a name is repeated."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @_Lookup
    def _headers(self) -> Mapping[str, str]:
        return {name.lower(): value for name, value in reversed(self.headers)}

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case; None where there is none."""
        return self._headers.get(name.lower())

    def headers_of(self, name: str) -> list[str]:
        """The values of all headers of that name, in any case."""
        wanted = name.lower()
        if len(self._headers) == len(self.headers):  # no name is repeated
            return [self._headers[wanted]] if wanted in self._headers else []
        return [value for each, value in self.headers if each.lower() == wanted]

    def forget(self) -> None:
        """Drop what was looked up, which takes many times the room of what was sent."""
        for name in ("path", "query", "_headers"):
            self.__dict__.pop(name, None)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a reply's bytes leave. Only server/ carries it out.

    `delay` is seconds before the first byte; `drip` is bytes per second (None: at once);
    `cut_after` is the number of body bytes sent before `ending` takes effect (None: all of them);
    `ending` is what follows: "keep" the connection, "close" it, "reset" it (TCP RST), or "stall"
    for `stall` seconds and then close. `claimed_length` replaces the Content-Length that would be
    true; `bad_chunks` announces chunked framing and sends chunk sizes that are not numbers.
    """

    delay: float = 0.0
    drip: float | None = None
    cut_after: int | None = None
    ending: Literal["keep", "close", "reset", "stall"] = "keep"
    stall: float = 0.0
    claimed_length: int | None = None
    bad_chunks: bool = False


PLAIN = Delivery()


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    delivery: Delivery = PLAIN

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case; None where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Hangup:
    """No answer: wait `hold` seconds, then "close" the connection or "reset" it (TCP RST)."""

    how: Literal["close", "reset"]
    hold: float = 0.0


@dataclass(frozen=True, slots=True)
class Feed:
    """An endless answer: one server-sent event for each journal entry after number `since`."""

    since: int
    operation: str = "*"


Outcome = Reply | Hangup | Feed
Params = Mapping[str, str]
Handler = Callable[[Any, Call, Params], Reply | Feed]
"""(context, call, path parameters) -> Reply. Raises Refused; never answers an error by itself."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of an interface.

    `pattern` is a path with `{name}` segments, relative to the dialect's base path; `subjects`
    gives the ids of the people a call is about (for faults armed for one person only); `public`
    routes need no credentials (token endpoints); an OAuth 2 token must have one of `scopes`, where
    there are any.
    """

    operation: str
    method: str
    pattern: str
    handler: Handler
    summary: str
    subjects: Callable[[Any, Call], frozenset[str]] | None = None
    public: bool = False
    journaled: bool = True
    scopes: frozenset[str] = frozenset()
    segments: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "segments", split_path(self.pattern))

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        """The path parameters, percent-decoded, if these raw segments fit; else None."""
        if len(segments) != len(self.segments):
            return None
        params: dict[str, str] = {}
        for mine, given in zip(self.segments, segments, strict=True):
            if mine.startswith("{"):
                params[mine[1:-1]] = unquote(given)
            elif mine != given:
                return None
        return params


def split_path(path: str) -> tuple[str, ...]:
    """A path's raw segments: "/a/b" gives ("a", "b"), "/" gives ()."""
    trimmed = path.strip("/")
    return tuple(trimmed.split("/")) if trimmed else ()
