"""The exceptions this package raises on purpose.

::

    MockSisError
    ├── Refused              a request the interface does not accept; carries an HTTP status
    │   ├── Malformed        400  the bytes are not the format they claim
    │   ├── Unauthorised     401  no credentials, or wrong ones
    │   ├── Forbidden        403  the credentials do not reach this far
    │   ├── NotFound         404  no such object or path
    │   ├── MethodNotAllowed 405  carries the methods that are
    │   ├── Stalled          408  the client stopped sending
    │   ├── Conflict         409  the object's state forbids it
    │   ├── TooLarge         413  more bytes than the limit
    │   ├── WrongType        415  a content type the operation does not take
    │   └── Invalid          422  well-formed but off schema; carries Problems with JSON pointers
    ├── SeedError            a seed document that cannot be loaded; names file and pointer
    ├── FaultError           a fault that cannot be armed
    ├── ReplayError          a journal that cannot be replayed
    ├── UsageError           a command line or configuration that cannot work
    └── OutputLost           what a command prints can be written no more

The domain raises these and knows nothing of bodies or headers; each dialect turns a Refused into
its own error form at the edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: where (RFC 6901 JSON pointer, "" is the root) and what."""

    pointer: str
    message: str


class MockSisError(Exception):
    """The root of every exception raised on purpose; its text names the cause and the cure."""


class Refused(MockSisError):
    """A request the interface does not accept. `status` is the HTTP status that says so."""

    status = 400
    title = "Bad request"

    def __init__(self, message: str, *, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Headers the answer must carry because of this error."""
        return ()


class Malformed(Refused):
    """The bytes are not the format they claim to be."""

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
    """The credentials are good but do not reach this far."""

    status = 403
    title = "Forbidden"


class NotFound(Refused):
    """No object or path of that name."""

    status = 404
    title = "Not found"


class MethodNotAllowed(Refused):
    """The path exists but not with this method. `allowed` lists the methods that are."""

    status = 405
    title = "Method not allowed"

    def __init__(self, message: str, *, allowed: Sequence[str]) -> None:
        super().__init__(message)
        self.allowed = tuple(allowed)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        return (("Allow", ", ".join(self.allowed)),)


class Stalled(Refused):
    """The client stopped sending before its body was whole."""

    status = 408
    title = "Request timeout"


class Conflict(Refused):
    """The state of the object forbids the change."""

    status = 409
    title = "Conflict"


class TooLarge(Refused):
    """More bytes than the configured limit."""

    status = 413
    title = "Content too large"


class WrongType(Refused):
    """A content type the operation does not take."""

    status = 415
    title = "Unsupported media type"


class Invalid(Refused):
    """Well-formed but off schema; `problems` point at each place."""

    status = 422
    title = "Schema violation"


class SeedError(MockSisError):
    """A seed document that cannot be loaded. The text names the file and the JSON pointer."""

    def __init__(self, message: str, *, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class FaultError(MockSisError):
    """A fault that cannot be armed."""


class ReplayError(MockSisError):
    """A journal that cannot be replayed, because entries are missing or answers differ."""


class UsageError(MockSisError):
    """A command line or configuration that cannot work."""


class OutputLost(MockSisError):
    """What a command prints can be written no more; `unread`: because its reader has gone."""

    def __init__(self, message: str, *, unread: bool) -> None:
        super().__init__(message)
        self.unread = unread
