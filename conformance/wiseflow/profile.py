"""The profile of the WISEflow-style dialect: a flow, its participants, and what users do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.model.profile import Profile
from conformance.model.state_answer import StateAnswer, StateList
from conformance.model.states import STATES
from conformance.wiseflow.forms import configured, forms_of

FLOW_STATES = (*STATES, "partly_exported")
"""The states of a whole flow, in the order of the vendor's numbers."""

STATUSES = ("none", "conflict", "partly", "submitted")
"""The statuses that the assessment of a participant can have."""

_PARTICIPANTS = StateList(
    "participants",
    keys=("user_id",),
    phrase="{user_id}",
    loaded=lambda flow: ((each["user_id"],) for each in flow["participants"]),
    promised={"status": ("status", "registered", "reopened")},
    words={"status": STATUSES},
    aliases={
        "userId": "user_id",
        "exportState": "state",
        "exportDate": "exported_at",
        "exportMessage": "message",
    },
)


def _held(gradebook: Mapping[str, Any]) -> dict[str, str]:
    """The grades of each participant."""
    return {
        score["person"]: f"{score['mark']}|{score['admin_grade']}"
        for section in gradebook["sections"]
        for score in section["scores"]
    }


PROFILE = Profile(
    "wiseflow",
    "/wiseflow",
    "POST",
    "wiseflow",
    "/wiseflow/oauth/token",
    state_answer=StateAnswer(
        (_PARTICIPANTS,),
        whole="flow",
        states=FLOW_STATES,
        counted={"notices": "notices to assessors"},
        promised={"status": ("notices",)},
    ),
    actions={
        "submit_assessment": "",
        "approve": "",
        "unlock": "unlock",
        "set_alternative_grade": "alternative_grades",
        "change_setup": "",
        "enable_instant_export": "instant_export",
        "add_participant": "late_joiners",
    },
    configured=configured,
    reports=lambda policies: forms_of(policies).answer.format != "none",
    held=_held,
)
