"""Situations in which a message may leak credentials, or other people's data."""

from __future__ import annotations

from typing import Any

from conformance.model.rule import Scenario
from conformance.model.secrets import PLANTED
from conformance.model.steps import Arm, Export, Settle, State
from conformance.wiseflow.scenarios.common import GRADES, READY, graded, ungraded
from conformance.wiseflow.subject import Flow

RECOGNISABLE = Flow(
    (
        graded(1001, "Laudabilis"),
        graded(1002, "Probatus"),
        graded(1003, "Sufficit"),
        ungraded(1004),
    ),
    scale=("Laudabilis", "Probatus", "Sufficit", "Deficit"),
)
"""Participants whose marks cannot be mistaken for another word."""


def _failing(name: str, title: str, auth: dict[str, Any], kind: str, **parameters: Any) -> Scenario:
    """A failed export. The fault need not fire: an exporter that sends nothing leaks nothing."""
    when = {"operation": GRADES, "when": {"next": 1}}
    fault = Arm({**when, "fault": {"kind": kind, **parameters}}, must_fire=False)
    return Scenario(
        name=name,
        title=title,
        subject=RECOGNISABLE,
        steps=(*READY, fault, Export(), Settle(), State(label="end")),
        policies={"auth": auth} if auth else {},
        needs=(f"auth.{auth['type']}",) if auth else (),
    )


SOME_REFUSED = _failing(
    "refused-among-others",
    "the SIS refuses two of three participants",
    {},
    "rows_fail",
    subjects=[1001, 1003],
)

WITH_CREDENTIALS = (
    _failing(
        "refused-with-basic",
        "the exporter signs in by Basic, and the SIS refuses one participant",
        {"type": "basic", "username": "exporter", "password": PLANTED},
        "rows_fail",
        subjects=[1002],
    ),
    _failing(
        "unauthorised-with-bearer",
        "the exporter signs in by a bearer token, and the SIS answers 401",
        {"type": "bearer", "token": PLANTED},
        "status",
        status=401,
    ),
    _failing(
        "unavailable-with-api-key",
        "the exporter signs in by an API key, and the SIS answers 500",
        {"type": "api_key", "header": "X-API-Key", "key": PLANTED},
        "status",
        status=500,
    ),
    _failing(
        "reset-with-oauth2",
        "the exporter signs in by OAuth 2, and the SIS resets the connection",
        {"type": "oauth2", "client_id": "exporter", "client_secret": PLANTED},
        "reset_before",
    ),
)
"""One kind of failure for each kind of credentials."""
