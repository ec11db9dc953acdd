"""The doctor: what it finds in an adapter that works, and how to fix one that does not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from conformance.dialects import DIALECTS
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.protocol import Answer, Message
from conformance.model.dialect import Dialect
from conformance.model.subject import Period
from conformance.runner import slow_visit
from conformance.runner.checkup import clock_defect, export_defect, state_defects
from conformance.runner.doctor import Finding, examine
from conformance.schoology.dialect import SCHOOLOGY
from conformance.skyward.dialect import SKYWARD
from conformance.wiseflow.dialect import WISEFLOW
from helpers.suite.made import ONCE, rule
from helpers.suite.miniatures import Core, Honest, Idle, OffSchema, Raising, Unwilling
from mock_sis.exchange import Call, Reply
from mock_sis.journal.entry import Entry


@pytest.fixture(autouse=True)
def _a_sis_that_is_hardly_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """test_settling.py tests what the doctor does with a slow one."""
    for name in ("DELAY", "SILENCE"):
        monkeypatch.setattr(slow_visit, name, 0.01)


async def findings_on(adapter: type[Honest]) -> list[Finding]:
    dialects = (replace(WISEFLOW, rules=(ONCE, rule(needs=("unlock",)))), *DIALECTS[1:])
    return [each async for each in examine(InProcessDriver(adapter), 10, dialects)]


@pytest.mark.parametrize(
    "words",
    [
        "hello: Honest 1, features: sync, period",
        "1 of 2 rules will not apply: WF-MADE",
        "sync: synchronised True\n        the SIS received GET /wiseflow/flows/UNI%7C%7CMATH101",
        "act set_alternative_grade: skipped, the exporter has no feature alternative_grades",
        "the period ends: now 2026-06-16",
        "export: accepted True\n        the SIS received POST /wiseflow/flows/",
        "retry: skipped, the exporter has no feature retry",
        "state: flow failed; 1001 failed, 1002 failed, 1003 failed, 1004 not_exported",
        "bye: ok",
    ],
)
async def test_of_a_sound_adapter_everything_it_did_is_told(words: str) -> None:
    findings = await findings_on(Honest)
    assert all(finding.well for finding in findings)
    assert words in "\n".join(finding.text for finding in findings)


async def test_a_wait_that_a_feature_would_spare_is_explained() -> None:
    told = "settle: waited for 5 s of silence, the exporter has no feature work.inspect"
    assert told in [finding.text for finding in await findings_on(Core)]


class Shouting(Honest):
    """Has words of its own for the states of participants."""

    def state(self, message: Message) -> Answer:
        shown = super().state(message)
        rows = [{**row, "state": row["state"].upper()} for row in shown["participants"]]
        return {**shown, "participants": rows}


class Numbering(Honest):
    """Gives states their numbers, and the flow one that there is not."""

    def state(self, message: Message) -> Answer:
        shown = super().state(message)
        return {"flow": 5, "participants": [{**row, "state": 0} for row in shown["participants"]]}


class Hiding(Honest):
    """Shows only those who were exported."""

    def state(self, message: Message) -> Answer:
        shown = super().state(message)
        return {**shown, "participants": shown["participants"][3:]}


class Doubling(Honest):
    """Shows everybody twice."""

    def state(self, message: Message) -> Answer:
        shown = super().state(message)
        return {**shown, "participants": shown["participants"] * 2}


class Foreign(Honest):
    """Answers with the shape of another dialect."""

    def state(self, message: Message) -> Answer:
        return {"rows": []}


class Reluctant(Honest):
    """Never exports."""

    def may_export(self) -> bool:
        return False


class Astray(Honest):
    """Sends to a path of its own."""

    def flow_url(self) -> str:
        return super().flow_url().replace("/flows/", "/exams/")

    def sync(self, message: Message) -> Answer:
        return {"synchronised": True}


class Standing(Honest):
    """Has a clock that stands still."""

    def advance(self, message: Message) -> Answer:
        return {"now": self.now.isoformat()}


class Unfetched(Honest):
    """Never gets the flow."""

    def sync(self, message: Message) -> Answer:
        return {"synchronised": False, "message": "The SIS is away."}


class Crashing(Honest):
    """Takes every answer for one with counts, and does not say what it sends."""

    def send(self) -> None:
        request = Request(f"{self.flow_url()}/grades", b"{}", {}, method="POST")
        try:
            urlopen(request)
        except HTTPError as refused:
            json.load(refused)["numberOfErrors"]


DEFECTIVE: list[tuple[type[Honest], str, str]] = [
    (
        Shouting,
        "has 'FAILED' as a state (participants: user_id 1001",
        "Answer not_exported, queued, exported or failed, or the number from 0 to 3",
    ),
    (Numbering, "has 5 as a state (flow)", "or partly_exported, or the number from 0 to 4"),
    (Hiding, "lacks participants that were loaded: user_id 1001, user_id 1002, user_id 1003.", ""),
    (Doubling, "twice: user_id 1001, user_id 1002, user_id 1003 and 1 more", "List each once"),
    (
        Foreign,
        "has no participants, although a flow was loaded",
        "wiseflow.schema.json, $defs/state",
    ),
    (Reluctant, "refused to export: It was exported already.", "Every condition is met here"),
    (
        Idle,
        "the adapter accepted the export but sent no grades to the SIS.\n  How to fix: Send them",
        "to the sis_url of configure",
    ),
    (Astray, "the last was POST /wiseflow/exams", "See docs/dialects"),
    (
        Unwilling,
        "declared sync in hello, but answered unsupported to sync",
        "Leave the feature out of hello",
    ),
    (
        Standing,
        "the exporter's clock is at 2026-06-15T09:00:00+00:00 (expected 2026-06-16",
        "add",
    ),
    (Unfetched, "could not synchronise: The SIS is away.", "with its credentials"),
    (Crashing, "KeyError('numberOfErrors')", "Catch errors in the adapter"),
    (OffSchema, '/accepted: "yes" is not of type "boolean"', "export.schema.json"),
    (Raising, "RuntimeError('no room')", "Catch errors in the adapter"),
    (Raising, "the adapter wrote to stderr: Traceback", ""),
]


@pytest.mark.parametrize(("adapter", "cause", "cure"), DEFECTIVE)
async def test_a_defect_is_named_once_with_its_cure(
    adapter: type[Honest], cause: str, cure: str
) -> None:
    (found,) = (each.text for each in await findings_on(adapter) if cause in each.text)
    assert cure in found


@pytest.mark.parametrize("adapter", [each for each, _, _ in DEFECTIVE])
async def test_a_defective_adapter_does_not_work(adapter: type[Honest]) -> None:
    assert not all(finding.well for finding in await findings_on(adapter))


async def test_what_the_sis_heard_before_an_adapter_broke_is_told() -> None:
    texts = [each.text for each in await findings_on(Crashing)]
    (told,) = [each for each in texts if each.startswith("export: ")]
    assert "before the adapter broke\n        the SIS received POST /wiseflow/flows/" in told
    assert '-> 415 {"type"' in told


class Curious(Honest):
    """Looks at the flow again and again."""

    def sync(self, message: Message) -> Answer:
        for _ in range(10):
            super().sync(message)
        return super().sync(message)


async def test_of_many_requests_the_first_are_told() -> None:
    (told,) = [each.text for each in await findings_on(Curious) if each.text.startswith("sync")]
    assert told.count("the SIS received GET") == 8
    assert told.endswith("\n        and 3 more")


def heard(method: str, operation: str, status: int = 200) -> Entry:
    return Entry(1, operation, Call(method, "/x"), Reply(status, (), b"why not"))


PRESSED: list[tuple[Answer | None, list[Entry], str]] = [
    ({"accepted": True}, [heard("PUT", "schoology.sections.grades.put", 207)], ""),
    (None, [heard("PUT", "oneroster.gradebook.results.put", 201)], ""),
    ({"accepted": False, "message": "Not yet."}, [], "The product refused to export: Not yet."),
    ({"accepted": False, "message": "Not yet"}, [], "The product refused to export: Not yet."),
    ({"accepted": False}, [], "The product refused to export: it gave no reason."),
    ({"accepted": True}, [], "sent no grades"),
    ({"accepted": True}, [heard("GET", "wiseflow.flows.get")], "sent no grades"),
    ({"accepted": True}, [heard("POST", "wiseflow.token")], "sent no grades"),
    ({"accepted": True}, [heard("POST", "x", 422), heard("GET", "y")], "POST /x -> 422 why not"),
    ({"accepted": True}, [heard("POST", "x", 422), heard("POST", "x")], ""),
]


@pytest.mark.parametrize(("told", "entries", "cause"), PRESSED)
def test_an_export_has_to_arrive(told: Answer | None, entries: list[Entry], cause: str) -> None:
    found = export_defect(told, entries)
    assert (found is not None) == bool(cause)
    assert cause in (found.cause if found else "")
    assert ".." not in (found.cause if found else "")


@pytest.mark.parametrize(
    ("now", "wrong"),
    [
        ("1970-01-02T00:00:00Z", False),
        ("1970-01-02T02:00:00.999+02:00", False),
        ("1970-01-01T23:59:59Z", True),
        ("1970-01-02T00:00:01Z", True),
        ("1970-02-31T00:00:00Z", True),
    ],
)
def test_a_clock_is_right_to_the_second(now: str, wrong: bool) -> None:
    assert (clock_defect({"now": now}, 86_400) is not None) == wrong


PERIOD = Period(0, 1)
SECTION = SCHOOLOGY.tour.subject.load_fields(PERIOD)
COURSE = SKYWARD.tour.subject.load_fields(PERIOD)
ROWS = [
    {**{key: row[key] for key in ("assignment_id", "enrollment_id")}, "state": "queued"}
    for row in SECTION["section"]["grades"]
]
ITEMS = [
    {"item": item["id"], "section": section, "state": 1}
    for item in COURSE["course"]["items"]
    for section in item["sections"]
]
SCORES = [
    {"item": str(row["item"]), "student": str(row["student"]), "state": 2}
    for row in COURSE["course"]["scores"]
]
BAD = [{"enrollment_id": 1, "period": "final", "state": "sent"}]

SHOWN: list[tuple[Dialect, dict[str, Any], dict[str, Any], str]] = [
    (SCHOOLOGY, SECTION, {"rows": ROWS}, ""),
    (
        SCHOOLOGY,
        SECTION,
        {"rows": ROWS[1:]},
        "lacks rows that were loaded: assignment_id 5007606 enroll",
    ),
    (
        SCHOOLOGY,
        SECTION,
        {"rows": ROWS, "final_comments": BAD},
        "final_comments: enrollment_id 1 period final",
    ),
    (SKYWARD, COURSE, {"items": ITEMS, "scores": SCORES}, ""),
    (
        SKYWARD,
        COURSE,
        {"items": ITEMS[1:], "scores": SCORES},
        "lacks items that were loaded: item",
    ),
    (
        SKYWARD,
        COURSE,
        {"items": ITEMS, "scores": SCORES[1:]},
        "scores that were loaded: item essay",
    ),
    (SKYWARD, COURSE, {"items": ITEMS, "scores": []}, "item essay student 1004 and 4 more"),
]


@pytest.mark.parametrize(("dialect", "loaded", "answer", "cause"), SHOWN)
def test_every_dialect_has_its_own_lists(
    dialect: Dialect, loaded: dict[str, Any], answer: dict[str, Any], cause: str
) -> None:
    causes = [found.cause for found in state_defects(answer, loaded, dialect.profile)]
    assert [cause in each for each in causes] == ([True] if cause else [])


def test_what_is_ungraded_need_not_be_shown() -> None:
    ungraded = json.loads(json.dumps(SECTION))
    ungraded["section"]["grades"][0].update(grade=None, exception=0, comment=None)
    assert not list(state_defects({"rows": ROWS[1:]}, ungraded, SCHOOLOGY.profile))
    ungraded["section"]["grades"][0].update(exception=1)
    assert list(state_defects({"rows": ROWS[1:]}, ungraded, SCHOOLOGY.profile))


async def test_each_finding_is_told_when_it_is_there_and_each_message_with_its_answer() -> None:
    heard: list[Message | Answer] = []
    visit = examine(InProcessDriver(Honest), 10, listen=heard.append)
    assert (await anext(visit)).text.startswith("hello: ")
    assert [data.get("op") for data in heard] == ["hello", None]
    [_ async for _ in visit]
    assert [data["id"] for data in heard[::2]] == [data["id"] for data in heard[1::2]]
    assert [data["op"] for data in heard[::2]][:3] == ["hello", "configure", "load"]
