"""The Schoology grades API as a dialect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_sis.dialects.schoology.settings import SchoologyPolicy
from mock_sis.errors import Refused
from mock_sis.exchange import Reply, Route
from mock_sis.settings import Dialect


def _routes() -> tuple[Route, ...]:
    from mock_sis.dialects.schoology.routes import ROUTES

    return ROUTES


def _refuse(refused: Refused) -> Reply:
    from mock_sis.dialects.schoology.answers import refuse

    return refuse(refused)


def _rate_limit(policy: SchoologyPolicy) -> Iterator[dict[str, Any]]:
    """The rate limit is the fault of that kind, so it is armed and listed like one."""
    limit = policy.rate_limit
    if limit is not None:
        what = {"kind": "rate_limit", "requests": limit.requests, "seconds": limit.seconds}
        yield {"operation": "schoology.*", "fault": what}


SCHOOLOGY = Dialect(
    name="schoology",
    policy=SchoologyPolicy,
    policy_schema={"$ref": "schoology/policy.schema.json"},
    routes=_routes,
    refuse=_refuse,
    headers=(("X-Schoology", "API"),),
    standing_faults=_rate_limit,
)
