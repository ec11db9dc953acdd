"""Types that parameters of several kinds share, with the limits that the schema states.

This module and those of the kinds do without `from __future__ import annotations`: msgspec would
have to parse the text of every annotation when the first fault is armed.
"""

from typing import Annotated

from msgspec import Meta

UserId = int | str
Subjects = Annotated[tuple[UserId, ...], Meta(min_length=1, max_length=100_000)]
"""The people whose rows a fault changes."""

Seconds = Annotated[float, Meta(ge=0, le=86_400)]
SomeSeconds = Annotated[float, Meta(gt=0, le=86_400)]
Offset = Annotated[int, Meta(ge=-(10**9), le=10**9)]
StatusCode = Annotated[int, Meta(ge=200, le=599)]
Text = Annotated[str, Meta(min_length=1, max_length=1000)]

Kept = Annotated[
    float,
    Meta(
        description="How much of the body is sent: below 1 a share of it, from 1 on a number of "
        "bytes.",
        extra_json_schema={
            "anyOf": [
                {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
                {"type": "integer", "minimum": 1},
            ]
        },
    ),
]

WaitSeconds = Annotated[int, Meta(ge=0, le=10**9)]
HttpDate = Annotated[
    str,
    Meta(
        max_length=64,
        # Not Meta.pattern, which compiles the expression at import; only the schema needs it.
        extra_json_schema={"pattern": r"^[A-Za-z]{3,9}, [0-9A-Za-z :-]+ GMT$"},
    ),
]
"""The forms of Retry-After (RFC 9110 §10.2.3)."""
