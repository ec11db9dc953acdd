"""The WISEflow-style receiver as a dialect."""

from __future__ import annotations

from collections.abc import Iterator

from mock_sis.dialects.wiseflow.settings import WiseflowPolicy
from mock_sis.errors import Problem
from mock_sis.exchange import Route
from mock_sis.settings import Dialect


def _routes() -> tuple[Route, ...]:
    from mock_sis.dialects.wiseflow.routes import ROUTES

    return ROUTES


def _problems(policy: WiseflowPolicy) -> Iterator[Problem]:
    mapping = policy.mapping
    names = (mapping.user_id, mapping.mark, mapping.admin_grade)
    if len(set(names)) < len(names):
        yield Problem("/mapping", f"Two fields have the same name: {', '.join(names)}.")


WISEFLOW = Dialect(
    name="wiseflow",
    policy=WiseflowPolicy,
    policy_schema={"$ref": "wiseflow/policy.schema.json"},
    routes=_routes,
    problems=_problems,
)
