"""The Schoology grades API as a dialect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_sis.contracts.bodies import Body
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


def _in_both(name: str, title: str) -> Body:
    """A body in JSON or XML."""
    return Body(title, f"schoology/{name}.schema.json", f"schoology/{name}.xsd")


SCHOOLOGY = Dialect(
    name="schoology",
    policy=SchoologyPolicy,
    policy_schema={"$ref": "schoology/policy.schema.json"},
    routes=_routes,
    refuse=_refuse,
    headers=(("X-Schoology", "API"),),
    standing_faults=_rate_limit,
    bodies={
        "grades": _in_both("grades-request", "grades and final comments to store"),
        "grades-report": _in_both("grades-report", "the answer to them"),
        "grades-list": _in_both("grades", "a page of grades, as the SIS gives it"),
        "assignment": _in_both("assignment-request", "an assignment to change"),
        "assignment-new": Body(
            "an assignment to make",
            "schoology/assignment-request.schema.json#/$defs/new",
            "schoology/assignment-request-new.xsd",
        ),
    },
)
