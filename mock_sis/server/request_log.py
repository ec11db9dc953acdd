"""One line for each request, without credentials, for `mock-sis serve --log-requests`."""

from __future__ import annotations

import re
from collections.abc import Callable

from mock_sis.clock import iso
from mock_sis.exchange import Call, Feed, Outcome, Reply
from mock_sis.journal.trace import hidden

Log = Callable[[str], None]
"""Takes one line without its end."""

_SECRET = re.compile(r"token|secret|passw|key|sign?ature|auth|credential|session|code", re.I)
_LONGEST = 2000


def line(
    call: Call,
    outcome: Outcome,
    seconds: float,
    *,
    faults: tuple[str, ...] = (),
    token: str | None = None,
    gone: bool = False,
) -> str:
    """Time, method, target, status, milliseconds, the kinds of the faults that fired, and whether
    the client has gone. `token` is the control token, which is left out wherever it was sent."""
    parts = [
        iso(call.received),
        hidden(call.method, token) or "-",
        _target(hidden(call.target, token)) or "-",
        _status(outcome),
        f"{seconds * 1000:.1f} ms",
    ]
    if faults:
        parts.append(f"fault: {', '.join(faults)}")
    if gone:
        parts.append("client gone")
    return " ".join(_printable(part) for part in parts)


def _status(outcome: Outcome) -> str:
    if isinstance(outcome, Reply):
        return str(outcome.status)
    return "200" if isinstance(outcome, Feed) else f"no answer ({outcome.how})"


def _target(target: str) -> str:
    """A target whose query shows no value of a parameter that may be secret."""
    path, mark, query = target.partition("?")
    shown = [_parameter(part) for part in query.split("&")]
    return (path + mark + "&".join(shown))[:_LONGEST]


def _parameter(part: str) -> str:
    name, equals, _ = part.partition("=")
    return f"{name}=***" if equals and _SECRET.search(name) else part


def _printable(text: str) -> str:
    """Text in one line of a terminal."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
