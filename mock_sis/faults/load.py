# Hooks share one signature; few use every argument.
# ruff: noqa: ARG002
"""Faults of a system under load: short-lived tokens, rate limits, a slow start, limited capacity.

These are conditions rather than accidents: by default they last until they are disarmed.
"""

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from mock_sis.exchange import Call, Hangup, Reply
from mock_sis.faults.http import require_http_date, told
from mock_sis.faults.parameters import HttpDate, Seconds, SomeSeconds, WaitSeconds
from mock_sis.faults.transport import later
from mock_sis.faults.what import Memory, Phase, What


class TokenLifetime(What, frozen=True, tag="token_lifetime"):
    """Tokens issued from now on live for `seconds`."""

    phases: ClassVar[tuple[Phase, ...]] = ("token",)
    reach: ClassVar[str] = "*.token"
    lasting: ClassVar[bool] = True

    seconds: Annotated[Seconds, Meta(description="The lifetime of a token, in seconds.")]

    def lifetime(self, usual: float) -> float:
        return self.seconds


class RateLimit(What, frozen=True, tag="rate_limit"):
    """In any window of `seconds`, only `requests` calls get through; the others get a 429 and do
    not count. `retry_after` is true (the seconds until there is room), false (no such header), or
    the value to send: seconds, or an HTTP date."""

    phases: ClassVar[tuple[Phase, ...]] = ("before",)
    lasting: ClassVar[bool] = True

    requests: Annotated[
        int, Meta(ge=1, le=10**6, description="Calls that get through in any such window.")
    ]
    seconds: Annotated[SomeSeconds, Meta(description="The window, in seconds.")]
    retry_after: Annotated[
        bool | WaitSeconds | HttpDate,
        Meta(
            description="The Retry-After of the 429: true (the seconds until there is room), false "
            "(no such header), seconds, or an HTTP date."
        ),
    ] = True

    def __post_init__(self) -> None:
        if isinstance(self.retry_after, str):
            require_http_date(self.retry_after)

    def before(self, call: Call, memory: Memory) -> Reply | None:
        passed = memory.passed
        # Calls are not quite in the order of their receipt (a body may come slowly), and a clock
        # can be set back: a time is outside the window if it is too far away on either side.
        while passed and abs(call.received - passed[0]) >= self.seconds:
            passed.popleft()
        if len(passed) < self.requests:
            passed.append(call.received)
            return None
        return self._rejection(passed[0] + self.seconds - call.received)

    def _rejection(self, wait: float) -> Reply:
        if self.retry_after is False:
            return told(429, "Too many requests")
        value = max(1, math.ceil(wait)) if self.retry_after is True else self.retry_after
        return told(429, "Too many requests", Retry_After=str(value))


class SlowStart(What, frozen=True, tag="slow_start"):
    """Answers are `delay` seconds late at first; the delay falls evenly to zero over `seconds`,
    counted from the time of arming."""

    phases: ClassVar[tuple[Phase, ...]] = ("pace",)
    lasting: ClassVar[bool] = True

    seconds: Annotated[
        SomeSeconds,
        Meta(description="How long the start lasts from the time of arming, in seconds."),
    ]
    delay: Annotated[Seconds, Meta(description="The delay of the first answers, in seconds.")]

    def pace(self, outcome: Reply | Hangup, call: Call, memory: Memory) -> Reply | Hangup:
        left = 1 - (call.received - memory.armed_at) / self.seconds
        return later(outcome, self.delay * min(left, 1.0)) if left > 0 else outcome


class Capacity(What, frozen=True, tag="capacity"):
    """A call that would be more than the `in_flight`-th under way gets a 503."""

    phases: ClassVar[tuple[Phase, ...]] = ("before",)
    lasting: ClassVar[bool] = True

    in_flight: Annotated[
        int, Meta(ge=0, le=10**6, description="Calls that may be under way at a time.")
    ]

    def before(self, call: Call, memory: Memory) -> Reply | None:
        if call.in_flight <= self.in_flight:
            return None
        return told(503, "Too many requests are under way")
