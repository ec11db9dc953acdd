"""Situations in which a message may leak credentials, or other people's data."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.rule import Scenario
from conformance.model.secrets import PLANTED
from conformance.model.steps import Arm, Export, Load, Settle, State
from conformance.schoology.evidence.wire import PUT
from conformance.schoology.scenarios.common import (
    ASA,
    ESSAY,
    EXPORTED,
    JOSE,
    LEILA,
    QUIZ,
    STUDENTS,
    on,
    section,
)
from conformance.schoology.subject import Section

RECOGNISABLE = section(
    on(QUIZ, ASA, 91.25), on(QUIZ, JOSE, 76.75), on(QUIZ, LEILA, 61.125), on(ESSAY, ASA, 44.625)
)
"""Grades that cannot be mistaken for another number."""

_GONE: Section = replace(
    RECOGNISABLE,
    students=tuple(
        replace(each, sis="withdrawn") if each.enrollment_id in (JOSE, LEILA) else each
        for each in STUDENTS
    ),
)

SOME_REFUSED = Scenario(
    "section-refused-among-others",
    "the SIS refuses two students who have withdrawn",
    _GONE,
    EXPORTED,
)

_SIGNED = {"auth": {"type": "oauth1", "consumer_key": "exporter", "consumer_secret": PLANTED}}

WITH_CREDENTIALS = (
    Scenario(
        "section-refused-signed",
        "requests are signed, and the SIS refuses two students who have withdrawn",
        _GONE,
        EXPORTED,
        policies=_SIGNED,
        needs=("auth.oauth1",),
    ),
    Scenario(
        "section-unauthorised-signed",
        "requests are signed, and the SIS answers an export with 401",
        RECOGNISABLE,
        (
            Load(),
            Arm(
                {
                    "operation": PUT,
                    "when": {"next": 1},
                    "fault": {"kind": "status", "status": 401},
                },
                must_fire=False,
            ),
            Export(),
            Settle(),
            State(label="end"),
        ),
        policies=_SIGNED,
        needs=("auth.oauth1",),
    ),
)
