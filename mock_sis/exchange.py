"""An HTTP exchange as frozen values: the request, the answer, and how the answer is sent.

Nothing here uses a socket. A fault is therefore a change of values, and can be tested as such.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar, get_args
from urllib.parse import parse_qsl, unquote

T = TypeVar("T")
Headers = tuple[tuple[str, str], ...]
BadHead = Literal["bad_head", "large_head", "long_target"]
"""Why a request could not be parsed: it is not HTTP, its headers are too large or too many, or its
request line is too long."""
BAD_HEADS = frozenset(get_args(BadHead))
Defect = Literal["too_large", "stalled", "disconnected", "unreadable"] | BadHead
"""Why a request is incomplete. Its body is over the limit, it was not sent in time, the client
closed the connection, or its framing is invalid; or one of `BadHead`."""


class _CachedProperty(Generic[T]):
    """functools.cached_property without its lock, which before Python 3.12 takes longer than most
    of these lookups."""

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

    `target` is the request target as sent (path and query, percent-encoded). `received` is Unix
    seconds by the simulator's clock. `peer` is the client's address and port. `in_flight` counts
    the requests being answered at that time, this one included. `defect` says why the request is
    incomplete, if it is, and `cause` how the parser put it. If its head could not be parsed,
    method, target and headers are what could be read of them, and `body` is the beginning of what
    was sent. A connection refused before any HTTP was read is a Call with an empty method.
    `version` is that of HTTP.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    received: float = 0.0
    peer: str = ""
    in_flight: int = 1
    defect: Defect | None = None
    cause: str = ""
    version: str = "1.1"

    @_CachedProperty
    def path(self) -> str:
        """The path without the query, percent-encoded."""
        return self.target.partition("?")[0]

    @_CachedProperty
    def query(self) -> Mapping[str, str]:
        """The parameters of the query; of a repeated name, the last one."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @_CachedProperty
    def _headers(self) -> Mapping[str, str]:
        return {name.lower(): value for name, value in reversed(self.headers)}

    def header(self, name: str) -> str | None:
        """The first header with that name, in any case, or None."""
        return self._headers.get(name.lower())

    def headers_of(self, name: str) -> list[str]:
        """The values of all headers with that name, in any case."""
        wanted = name.lower()
        if len(self._headers) == len(self.headers):  # all names are different
            return [self._headers[wanted]] if wanted in self._headers else []
        return [value for each, value in self.headers if each.lower() == wanted]

    def forget(self) -> None:
        """Drop the cached lookups, which take many times the memory of the request itself."""
        for name in ("path", "query", "_headers"):
            self.__dict__.pop(name, None)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the bytes of a reply are sent. Only server/ carries it out.

    `delay` is the seconds before the first byte. `drip` is the rate of the body in bytes per second
    (None: all at once). `cut_after` is the number of body bytes to send before `ending` (None: all
    of them). `ending` says what to do then: "keep" the connection, "close" it, "reset" it (TCP
    RST), or "stall" for `stall` seconds and close it. `claimed_length` replaces the true
    Content-Length. `bad_chunks` announces chunked framing and sends invalid chunk sizes.
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
    """An HTTP answer.

    `form` is how a dialect wrote the body, if that is not its usual way; a fault that rewrites the
    body needs it. It is not sent.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    delivery: Delivery = PLAIN
    form: object | None = field(default=None, compare=False, repr=False)

    def header(self, name: str) -> str | None:
        """The first header with that name, in any case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Hangup:
    """No answer: wait `hold` seconds, then "close" the connection or "reset" it (TCP RST)."""

    how: Literal["close", "reset"]
    hold: float = 0.0


@dataclass(frozen=True, slots=True)
class Feed:
    """An endless answer: a server-sent event for each journal entry after number `since`."""

    since: int
    operation: str = "*"


Outcome = Reply | Hangup | Feed
Params = Mapping[str, str]
Handler = Callable[[Any, Call, Params], Reply | Feed]
"""(context, call, path parameters) -> Reply or Feed. Raises Refused instead of answering errors."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of an interface.

    `pattern` is a path with `{name}` segments, relative to the dialect's base path. `subjects`
    gives the ids of the people that a call is about, for faults that concern one person only.
    `public` routes, such as token endpoints, require no credentials. If `scopes` is not empty, an
    OAuth 2 token must have one of them.
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
        """The percent-decoded path parameters if these raw segments match, else None."""
        if len(segments) != len(self.segments):
            return None
        params: dict[str, str] = {}
        for expected, given in zip(self.segments, segments, strict=True):
            if expected.startswith("{"):
                params[expected[1:-1]] = unquote(given)
            elif expected != given:
                return None
        return params


def split_path(path: str) -> tuple[str, ...]:
    """The raw segments of a path: ("a", "b") for "/a/b", () for "/"."""
    trimmed = path.strip("/")
    return tuple(trimmed.split("/")) if trimmed else ()
