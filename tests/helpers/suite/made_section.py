"""Evidence of a section made by hand, so that the Schoology rules are tested without playing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from conformance.dialects import DIALECTS
from conformance.drivers.shapes import shapes_of
from conformance.model import steps
from conformance.model.evidence import Done, Evidence, Identity
from conformance.model.rule import Scenario
from conformance.model.subject import Period
from conformance.schoology.evidence.content import GradeKey
from conformance.schoology.evidence.wire import GET, PUT
from conformance.schoology.scenarios.common import ASA, JOSE, QUIZ, on, section
from helpers.suite.judged import Silent
from mock_sis.exchange import Call, Hangup, Headers, Reply
from mock_sis.formats.xml_text import encode_xml
from mock_sis.journal.entry import Entry

T0 = 1_781_514_000.0
JSON: Headers = (("Content-Type", "application/json"),)
XML: Headers = (("Content-Type", "application/xml; charset=utf-8"),)
EXPORTER = Identity("mini", "1.0", ("schoology",), ("row.messages",))

SENT = (steps.Export, steps.Pull)
"""The steps at which entries of the journal come in."""


def row(assignment: int, enrollment: int, grade: Any = None, **more: Any) -> dict[str, Any]:
    """One row of a PUT."""
    return {"assignment_id": assignment, "enrollment_id": enrollment, "grade": grade, **more}


def told(code: int, sent: Mapping[str, Any], message: str = "") -> dict[str, Any]:
    """What the SIS says of a row."""
    names = ("assignment_id", "period_id", "enrollment_id")
    where = {name: sent[name] for name in names if name in sent}
    return {**where, "response_code": code, **({"message": message} if message else {})}


def report(
    *rows: dict[str, Any], comments: Sequence[dict[str, Any]] = (), status: int = 207
) -> Reply:
    """An answer with row codes."""
    return Reply(status, JSON, json.dumps(_bulk(rows, comments)).encode())


def _bulk(rows: Sequence[dict[str, Any]], comments: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"grades": {"grade": [*rows]}, "final_comments": {"final_comment": [*comments]}}


def put(
    *rows: dict[str, Any],
    comments: Sequence[dict[str, Any]] = (),
    outcome: Reply | Hangup | None = None,
    body: bytes | None = None,
    headers: Headers = JSON,
    at: float = 0.0,
) -> Entry:
    """A PUT, as JSON or, by its headers, as XML; every row is taken unless `outcome` says
    otherwise. `at` is seconds after T0."""
    data = _bulk(rows, comments)
    written = encode_xml(data, "body") if headers is XML else json.dumps(data).encode()
    call = Call("PUT", "/v1/sections/4318461/grades", headers, body or written, received=T0 + at)
    accepted = report(
        *(told(200, each) for each in rows), comments=[told(200, each) for each in comments]
    )
    return Entry(0, PUT, call, outcome or accepted)


def get(
    query: str = "",
    *,
    status: int = 200,
    stamps: Sequence[float] = (),
    at: float = 0.0,
    **more: Any,
) -> Entry:
    """A look at the grades; `stamps` are the timestamps on the page it got."""
    rows = [{**row(1, 1, 1), "timestamp": int(stamp)} for stamp in stamps]
    call = Call("GET", f"/v1/sections/4318461/grades{query}", received=T0 + at, **more)
    return Entry(0, GET, call, report(*rows, status=status))


def held(place: GradeKey, grade: float | None, **more: Any) -> dict[str, Any]:
    """A grade that the SIS holds."""
    plain = {"exception": 0, "comment": "", "comment_status": None}
    where = {"assignment": int(place[0]), "enrollment": int(place[1])}
    return {**where, "grade": grade, **plain, **more}


def loaded(scenario: Scenario) -> dict[str, Any]:
    """The section that an exporter is loaded with."""
    section: dict[str, Any] = scenario.subject.load_fields(Period(0.0, 1.0))["section"]
    return section


def case(
    scenario: Scenario,
    *sendings: Sequence[Entry],
    held: Sequence[dict[str, Any]] = (),
    state: Mapping[str, Any] | None = None,
) -> Evidence:
    """The scenario's steps gone through, with these entries at its exports and pulls, in order."""
    waiting, journal, done = [list(each) for each in sendings], [], []
    for step in scenario.steps:
        first = len(journal)
        for entry in waiting.pop(0) if isinstance(step, SENT) and waiting else ():
            journal.append(msgspec.structs.replace(entry, number=len(journal) + 1))
        done.append(_done(scenario, step, first, len(journal), state or {"rows": []}))
    return Evidence(
        scenario.name,
        EXPORTER,
        tuple(done),
        journal=tuple(journal),
        gradebook={"sections": [{"coursework": {"grades": list(held)}}]},
        configured={"format": scenario.format},
    )


def _done(
    scenario: Scenario, step: steps.Step, first: int, last: int, state: Mapping[str, Any]
) -> Done:
    message = answer = None
    match step:
        case steps.Load():
            message = shapes_of(DIALECTS).build(1, "load", {"section": loaded(scenario)})
        case steps.Act():
            answer = {"done": True}
        case steps.Export():
            answer = {"accepted": True}
        case steps.Pull():
            answer = {"synchronised": True}
        case steps.State():
            answer = dict(state)
    return Done(step, T0, first, last, message, answer)


def shows(
    states: Mapping[GradeKey, object], messages: Mapping[GradeKey, str] | None = None
) -> dict[str, Any]:
    """A state answer."""
    return {
        "rows": [
            {
                "assignment_id": int(place[0]),
                "enrollment_id": int(place[1]),
                "state": state,
                "message": (messages or {}).get(place),
            }
            for place, state in states.items()
        ]
    }


def at(enrollment: int, assignment: int = QUIZ) -> GradeKey:
    """The key of a student's grade on an assignment, by default the quiz."""
    return str(assignment), str(enrollment)


class Silence(Silent):
    """A silent exporter of this dialect."""

    dialect = "schoology"
    features = (
        *("pull", "format.xml", "letters", "exceptions", "comments", "final_comments"),
        *("auth.oauth1", "row.messages", "work.inspect", "clock.virtual"),
    )
    state: ClassVar[dict[str, Any]] = {"rows": [], "pulled": []}


def signed(nonce: str, stamp: int = 1) -> Headers:
    """The Authorization header of a request signed with OAuth 1.0a."""
    fields = f'oauth_nonce="{nonce}", oauth_timestamp="{stamp}", oauth_signature="x"'
    return (("Authorization", f'OAuth realm="x", oauth_consumer_key="k", {fields}'),)


TWO = section(on(QUIZ, ASA, 99), on(QUIZ, JOSE, 76.5))
FIRST, SECOND = row(QUIZ, ASA, 99), row(QUIZ, JOSE, 76.5)
"""Two grades, and how they are sent."""

GONE = report(told(200, FIRST), told(403, SECOND, "not active"))
LOST, BUSY, DOWN = Hangup("reset"), Reply(429, (("Retry-After", "2"),)), Reply(503)
"""Answers of the SIS: one grade refused, none, one that asks to wait, and one that says nothing."""
