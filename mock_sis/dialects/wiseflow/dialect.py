"""The WISEflow-style receiver as a dialect."""

from __future__ import annotations

from mock_sis.contracts.bodies import Body
from mock_sis.dialects.wiseflow.settings import WiseflowPolicy, policy_problems
from mock_sis.exchange import Route
from mock_sis.settings import Dialect


def _routes() -> tuple[Route, ...]:
    from mock_sis.dialects.wiseflow.routes import ROUTES

    return ROUTES


WISEFLOW = Dialect(
    name="wiseflow",
    policy=WiseflowPolicy,
    policy_schema={"$ref": "wiseflow/policy.schema.json"},
    routes=_routes,
    problems=policy_problems,
    bodies={
        "export": Body("an export of a flow", "wiseflow/export.schema.json"),
        "report": Body("the answer to an export", "wiseflow/report.schema.json"),
        "flow": Body("a flow, as the SIS gives it", "wiseflow/flow.schema.json"),
    },
)
