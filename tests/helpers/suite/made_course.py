"""Evidence of a course made by hand, so that the Skyward rules are tested without playing.

What the SIS holds at the end follows from what was sent and taken; a test may say otherwise.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from conformance.dialects import DIALECTS
from conformance.drivers.shapes import shapes_of
from conformance.model import steps
from conformance.model.evidence import Done, Evidence, Identity
from conformance.model.rule import Scenario
from conformance.model.subject import Period
from conformance.skyward.evidence.wire import results_in
from conformance.skyward.ledger import LEDGER
from conformance.skyward.scenarios.common import COURSE, HOMEWORK, ONE, PROJECTS, TESTS, TWO
from conformance.skyward.subject import Course
from helpers.suite.judged import Silent
from helpers.suite.made_sis import (
    T0,
    Book,
    Compared,
    ItemKey,
    ScoreKey,
    Stored,
    Taught,
    gradebook,
    subject,
)
from mock_sis.exchange import Call, Hangup, Reply
from mock_sis.journal.entry import Entry

BASE = "/ims/oneroster/gradebook/v1p2"
ITEMS, RESULTS = "oneroster.gradebook.lineItems.put", "oneroster.gradebook.results.put"
POSTED = "oneroster.gradebook.classes.lineItems.post"
EXPORTER = Identity("mini", "1.0", ("skyward",), ("row.messages",))
TIMES = (steps.Export, steps.Retry, steps.Quiet)
"""The steps at which entries of the journal come in: a transfer, or a time in which none is."""

CATEGORIES = {
    (ONE, HOMEWORK): "cat-alg-1-1",
    (ONE, TESTS): "cat-alg-1-2",
    (TWO, PROJECTS): "cat-alg-2-1",
    (TWO, HOMEWORK): "cat-alg-2-2",
}
CHOSEN = {
    ("essay", ONE): HOMEWORK,
    ("essay", TWO): HOMEWORK,
    ("quiz", ONE): TESTS,
    ("quiz", TWO): PROJECTS,
    ("poster", ONE): HOMEWORK,
}


# What is sent


def answered(status: int | None, told: str = "", pairs: Any = None) -> Reply | Hangup:
    """What the SIS says; None where it says nothing."""
    if status is None:
        return Hangup("reset")
    said = {"imsx_description": told} if told else {}
    said |= {} if pairs is None else {"sourcedIdPairs": pairs}
    return Reply(status, (), json.dumps(said).encode() if said else b"")


def put(collection: str, name: str, body: Any, outcome: Reply | Hangup) -> Entry:
    """A PUT of one object, of whatever collection."""
    path = f"{BASE}/{collection}/{quote(name, safe='')}"
    call = Call("PUT", path, (), json.dumps(body).encode(), received=T0)
    return Entry(0, f"oneroster.gradebook.{collection}.put", call, outcome)


def entry(operation: str, method: str = "GET", outcome: Reply | None = None) -> Entry:
    """Any other request."""
    reply = outcome or Reply(200, (), b"{}")
    return Entry(0, operation, Call(method, f"{BASE}/x", received=T0), reply)


class Sender:
    """Makes the requests of an exporter that is right about the course of a scenario, unless it is
    told what to do otherwise."""

    def __init__(self, scenario: Scenario) -> None:
        self.course = subject(scenario)
        ends = {each.id: each.end for each in self.course.terms}
        self.items = {each.id: each for each in self.course.items}
        self.due = {each.id: each.due or ends.get(each.term, "") for each in self.course.items}

    def fields(self, item: str, section: str, **changed: Any) -> dict[str, Any]:
        """What is said of an item; a change to None leaves a field out."""
        about = self.items[item]
        category = CATEGORIES.get((section, CHOSEN.get((item, section), HOMEWORK)), "")
        said = {
            "title": about.title,
            "dueDate": f"{self.due[item]}T23:59:59.000Z",
            "class": {"sourcedId": section},
            "category": {"sourcedId": category},
            "resultValueMax": about.max_points,
            **changed,
        }
        return {name: value for name, value in said.items() if value is not None}

    def item(
        self,
        item: str,
        section: str,
        status: int | None = 201,
        told: str = "",
        name: str = "",
        **changed: Any,
    ) -> Entry:
        body = {"lineItem": self.fields(item, section, **changed)}
        return put("lineItems", name or f"{item}:{section}", body, answered(status, told))

    def posted(self, *named: tuple[str, str], status: int = 201, **changed: Any) -> Entry:
        """Line items of one class, made by POST; the SIS calls them sis-item."""
        section = named[0][1]
        listed = [self.fields(*each, **changed) for each in named]
        pairs = [{"allocatedSourcedId": f"sis-{item}:{section}"} for item, _ in named]
        call = Call(
            "POST", f"{BASE}/classes/{section}/lineItems", (), encoded({"lineItems": listed})
        )
        return Entry(0, POSTED, call, answered(status, pairs=pairs))

    def score(
        self,
        item: str,
        student: int,
        score: Any,
        status: int | None = 201,
        told: str = "",
        name: str = "",
        on: str = "",
        **more: Any,
    ) -> Entry:
        """A result; `on` is the sourcedId of its line item."""
        sections = {each.user_id: each.section for each in self.course.students}
        section = sections.get(student, "")
        on = on or f"{item}:{section}"
        fields = {
            "lineItem": {"sourcedId": on},
            "student": {"sourcedId": str(student)},
            "score": score,
            **more,
        }
        fields = {name: value for name, value in fields.items() if value is not None}
        body = {"result": fields}
        return put("results", name or f"{on}:{student}", body, answered(status, told))

    def everything(
        self, *, but: Sequence[Any] = (), edited: Mapping[ScoreKey, float] | None = None
    ) -> list[Entry]:
        """Everything to transfer, except these items and scores."""
        scores = {(each.item, each.student): each.score for each in self.course.scores}
        scores |= {(item, int(who)): score for (item, who), score in (edited or {}).items()}
        sections = {each.user_id: each.section for each in self.course.students}
        items = [
            self.item(item, section)
            for item, section in CHOSEN
            if item in self.items and (item, section) not in but
        ]
        return items + [
            self.score(item, who, score)
            for (item, who), score in scores.items()
            if score is not None
            and (item, str(who)) not in but
            and (item, sections[who]) in CHOSEN
            and (item, sections[who]) not in but
        ]


def encoded(data: Any) -> bytes:
    return json.dumps(data).encode()


# What is shown


def shows(
    items: Mapping[ItemKey, object] | None = None,
    scores: Mapping[ScoreKey, object] | None = None,
    messages: Mapping[tuple[str, str], str] | None = None,
) -> dict[str, Any]:
    """A state answer."""
    texts = messages or {}
    return {
        "items": [
            {
                "item": item,
                "section": section,
                "state": state,
                "message": texts.get((item, section)),
            }
            for (item, section), state in (items or {}).items()
        ],
        "scores": [
            {"item": item, "student": int(who), "state": state, "message": texts.get((item, who))}
            for (item, who), state in (scores or {}).items()
        ],
    }


# All of it

Made = Entry | Taught | Stored


def made(*done: steps.Step, about: Course = COURSE, **more: Any) -> Scenario:
    """A scenario of these steps."""
    return Scenario("made", "something happens", about, done, **more)


def found(scenario: Scenario, *sendings: Sequence[Made], **more: Any) -> set[str]:
    """The rules that the ledger finds broken in such a case."""
    return {each.rule for each in LEDGER(case(scenario, *sendings, **more)).breaches}


def case(
    scenario: Scenario,
    *sendings: Sequence[Made],
    there: Mapping[ScoreKey, float | None] | None = None,
    state: Mapping[str, Any] | None = None,
    book: Mapping[str, Any] | None = None,
    **more: Any,
) -> Evidence:
    """The scenario's steps gone through, with these entries at its transfers and quiet times, in
    order. `book` is all that the SIS holds, where it is not what follows from them. `more` are
    other fields of Evidence, `answers` those of steps by label, and `unposted` says that the SIS
    shows nothing before time passes."""
    waiting, journal, done = deque(sendings), list[Entry](), list[Done]()
    answers: Mapping[str, Any] = more.pop("answers", {})
    lags: bool = more.pop("unposted", False)
    replay, held = Book(scenario), Compared()
    held.note(0, replay.snapshot)
    for step in scenario.steps:
        first = len(journal)
        lags = lags and not isinstance(step, steps.Advance)
        for each in waiting.popleft() if isinstance(step, TIMES) and waiting else ():
            entry = each if isinstance(each, Entry) else each.entry
            journal.append(replace(entry, number=len(journal) + 1))
            if isinstance(each, Taught):
                each.change(replay)
            elif _is_known(replay, entry):
                replay.take(
                    replace(entry, outcome=Reply(201)) if isinstance(each, Stored) else entry
                )
            if not lags:
                held.note(len(journal), replay.snapshot)
        answer = answers.get(step.label) if step.label in answers else state or shows()
        done.append(_done(scenario, step, first, len(journal), answer))
    assert not waiting, "the scenario has fewer transfers and quiet times"
    return Evidence(
        scenario.name,
        more.pop("exporter", EXPORTER),
        tuple(done),
        journal=tuple(journal),
        gradebook=dict(
            book or replay.snapshot if not there else gradebook(scenario, journal, there)
        ),
        held=tuple(held.rows),
        **more,
    )


def _is_known(book: Book, entry: Entry) -> bool:
    """Whether the SIS has what the results of a request are about."""
    named = [each.ref("lineItem") for each in results_in(entry) if each.accepted]
    return all(name in book.items for name in named)


def _done(scenario: Scenario, step: steps.Step, first: int, last: int, state: Any) -> Done:
    message = answer = None
    match step:
        case steps.Load():
            message = shapes_of(DIALECTS).build(
                1, "load", subject(scenario).load_fields(Period(0.0, 1.0))
            )
        case steps.Act():
            answer = {"done": (state or {}).get("done", True)}
        case steps.Export() | steps.Retry() if "accepted" in (state or {}):
            answer = dict(state)
        case steps.State():
            answer = dict(state)
    return Done(step, T0, first, last, message, answer)


class Silence(Silent):
    """A silent exporter of this dialect."""

    dialect = "skyward"
    features = (
        *("categories", "transfer.sections", "row.messages", "auth.oauth2"),
        *("work.inspect", "clock.virtual"),
    )
    state = shows()
