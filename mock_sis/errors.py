"""The exceptions that this package raises on purpose.

::

    MockSisError
    ├── Refused              a request that an interface does not accept; has an HTTP status
    │   ├── Malformed        400  the body is not in the format that its Content-Type names
    │   ├── Unauthorised     401  credentials are missing or wrong
    │   ├── Forbidden        403  the credentials do not allow this request
    │   ├── NotFound         404  unknown object or path
    │   ├── MethodNotAllowed 405  the path has other methods, which it lists
    │   ├── Stalled          408  the client stopped sending
    │   ├── Conflict         409  the object's state does not allow the change
    │   ├── TooLarge         413  more bytes than the limit
    │   ├── WrongType        415  a content type that the operation does not accept
    │   ├── Invalid          422  well-formed but not valid; has Problems with JSON pointers
    │   ├── Unreadable       400  what was sent is not a request of HTTP
    │   ├── TargetTooLong    414  the request line exceeds the limit
    │   └── HeadTooLarge     431  the headers exceed a limit
    ├── SeedError            an invalid seed document; names the file and the JSON pointer
    ├── FaultError           a fault that cannot be armed
    ├── ReplayError          a journal that cannot be replayed
    ├── UsageError           an invalid command line or configuration
    └── OutputLost           a command's output that cannot be written

Domain code raises them without regard to bodies and headers. At the edge, each dialect turns a
Refused into its own form of error, and the commands turn the others into a message and an exit
code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One error in a document: its place (RFC 6901 JSON pointer, "" for the root), a message, and
    the line, counted from 1, or 0 if it is not known."""

    pointer: str
    message: str
    line: int = 0


class MockSisError(Exception):
    """The base of all exceptions raised on purpose. The text says what is wrong and what to do."""


class Refused(MockSisError):
    """A request that an interface does not accept. `status` is the HTTP status of the answer."""

    status = 400
    title = "Bad request"

    def __init__(self, message: str, *, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Headers that this error adds to the answer."""
        return ()


class Malformed(Refused):
    """The body is not in the format that its Content-Type names."""

    title = "Malformed body"


class Unauthorised(Refused):
    """Credentials are missing, wrong or expired. `challenge` is the WWW-Authenticate value."""

    status = 401
    title = "Unauthorised"

    def __init__(self, message: str, *, challenge: str = "Bearer") -> None:
        super().__init__(message)
        self.challenge = challenge

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        return (("WWW-Authenticate", self.challenge),)


class Forbidden(Refused):
    """The credentials are valid but do not allow this request."""

    status = 403
    title = "Forbidden"


class NotFound(Refused):
    """The object or path does not exist."""

    status = 404
    title = "Not found"


class MethodNotAllowed(Refused):
    """The path does not have this method. `allowed` lists those that it has."""

    status = 405
    title = "Method not allowed"

    def __init__(self, message: str, *, allowed: Sequence[str]) -> None:
        super().__init__(message)
        self.allowed = tuple(allowed)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        return (("Allow", ", ".join(self.allowed)),)


class Stalled(Refused):
    """The client stopped sending before the end of its body."""

    status = 408
    title = "Request timeout"


class Conflict(Refused):
    """The state of the object does not allow the change."""

    status = 409
    title = "Conflict"


class TooLarge(Refused):
    """More bytes than the configured limit."""

    status = 413
    title = "Content too large"


class WrongType(Refused):
    """A content type that the operation does not accept."""

    status = 415
    title = "Unsupported media type"


class Invalid(Refused):
    """The body is well-formed but not valid; `problems` lists the errors."""

    status = 422
    title = "Schema violation"


class Unreadable(Refused):
    """What was sent is not a request of HTTP/1.1."""

    title = "Malformed request"


class TargetTooLong(Refused):
    """The request line is longer than the server reads."""

    status = 414
    title = "URI too long"


class HeadTooLarge(Refused):
    """A header is longer than the server reads, or there are more headers."""

    status = 431
    title = "Request header fields too large"


class SeedError(MockSisError):
    """An invalid seed document. The text names the file and the JSON pointer."""

    def __init__(self, message: str, *, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class FaultError(MockSisError):
    """A fault that cannot be armed."""


class ReplayError(MockSisError):
    """A journal that cannot be replayed: entries are missing or invalid, or answers differ."""


class UsageError(MockSisError):
    """An invalid command line or configuration."""


class OutputLost(MockSisError):
    """A command's output cannot be written. `unread`: because the reader closed the pipe."""

    def __init__(self, message: str, *, unread: bool) -> None:
        super().__init__(message)
        self.unread = unread
