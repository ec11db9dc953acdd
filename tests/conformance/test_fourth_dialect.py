"""A fourth dialect, which only this module defines, is played, judged and reported like the others.

Four values define it: a row of the simulator's table, a row of the suite's table, a row of the
reference exporter's table, and a mutant.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from urllib.request import Request, urlopen

import msgspec
import pytest

from conformance import catalogue
from conformance.dialects import DIALECTS
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.shapes import shapes_of
from conformance.exporters import dialects as exporters
from conformance.exporters.dialects import ExporterDialect
from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.kit.face import Fields, Message, Unsupported
from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.mutants import mutant_adapter
from conformance.judging.report import Exit, Report
from conformance.judging.verdicts import Status
from conformance.model.dialect import Dialect
from conformance.model.evidence import Evidence
from conformance.model.profile import Profile
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Scenario, Violation
from conformance.model.sources import Document, Source
from conformance.model.state_answer import StateAnswer, StateList
from conformance.model.steps import Act, Advance, Export, Load, Retry, Settle, State
from conformance.model.subject import Period
from conformance.reports import json as json_report
from conformance.reports import junit, terminal
from conformance.runner.doctor import Finding, examine
from conformance.runner.run import Options, run
from mock_sis import settings
from mock_sis.dialects import table
from mock_sis.errors import Problem, SeedError
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.json_text import decode_json
from mock_sis.simulator import Simulator
from mock_sis.world import Context


class TinyPolicy(msgspec.Struct, frozen=True):
    """The policy of the SIS: where it is served, and the most people that it takes."""

    base_path: str = "/tiny"
    auth: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "none"})
    most: int = 100


def put_mark(context: Context, call: Call, params: Params) -> Reply:
    """Register the mark of a person in the one section."""
    book = context.world.gradebook
    (section,) = book.sections
    mark = decode_json(call.body)["mark"]
    book.register(section, params["person"], mark, "", call.received, "tiny.put")
    return Reply(204)


def seed_problems(policy: TinyPolicy) -> Iterator[Problem]:
    if policy.most < 1:
        yield Problem("/most", f"most must be at least 1 (got {policy.most}).")


SIS = settings.Dialect(
    name="tiny",
    policy=TinyPolicy,
    policy_schema={"type": "object"},
    problems=seed_problems,
    routes=lambda: (Route("tiny.put", "PUT", "/people/{person}", put_mark, "Register a mark"),),
)


def simulator(control_token: str) -> Simulator:
    """A simulator of all four."""
    return Simulator(control_token=control_token, dialects=(*table.DIALECTS, SIS))


PEOPLE = StateList(
    "people",
    keys=("person",),
    phrase="number {person}",
    loaded=lambda roll: ((each["person"],) for each in roll["people"]),
    heading="people: ",
)
PROFILE = Profile(
    "tiny",
    "/tiny",
    "PUT",
    "tiny",
    "/tiny/oauth/token",
    state_answer=StateAnswer((PEOPLE,)),
    actions={"sign": "signing"},
    export_fields={"part": ""},
)


@dataclass(frozen=True)
class Roll:
    """A list of people, each with a mark."""

    profile: ClassVar[Profile] = PROFILE

    marks: tuple[tuple[int, str], ...]

    def load_fields(self, period: Period) -> dict[str, Any]:
        people = [{"person": person, "mark": mark} for person, mark in self.marks]
        return {"roll": {"code": "R1", "people": people}}

    def seed(self, period: Period) -> dict[str, Any]:
        names = {"given_name": "Åsa", "family_name": "O'Neill"}
        enrolled = [{"person": person} for person, _ in self.marks]
        return {
            "people": [{"id": person, **names} for person, _ in self.marks],
            "sections": [{"id": "R1", "title": "R", "enrollments": enrolled}],
        }


COMMON = "common.schema.json#/$defs"
MESSAGES = {
    "$defs": {
        "load": {
            "required": ["id", "op", "roll"],
            "properties": {
                "id": {"$ref": f"{COMMON}/id"},
                "op": {"const": "load"},
                "roll": {"$ref": "#/$defs/roll"},
            },
            "additionalProperties": False,
        },
        "roll": {"type": "object", "required": ["code", "people"]},
        "state": {
            "required": ["id", "status", "people"],
            "properties": {"people": {"type": "array", "items": {"$ref": "#/$defs/person"}}},
        },
        "person": {
            "required": ["person", "state"],
            "properties": {"state": {"$ref": f"{COMMON}/state"}},
        },
        "act": {
            "properties": {"action": {"enum": ["sign"]}, "score": {"enum": ["good"]}},
            "required": ["score"],
        },
        "export": {"properties": {"part": {"enum": ["whole", "half"]}}},
        "feature": {"enum": ["signing"]},
    }
}

PRESSED = (Load(), Act("sign", {"score": "good"}), Export(fields={"part": "whole"}), Settle())
ROLL = Roll(((7, "A"), (8, "B")))
SIGNED = Scenario("tiny-signed", "the roll is signed and exported", ROLL, (*PRESSED, State()))
TOUR = Scenario(
    "tour-of-a-roll", "every operation once", ROLL, (*SIGNED.steps, Retry(), Advance(1))
)
HANDBOOK = Document("004", "The handbook of rolls", "us")


def sends_twice(evidence: Evidence) -> Iterator[Violation]:
    """Each person has one mark, and it is sent once."""
    seen: set[str] = set()
    for entry in evidence.calls("tiny.put"):
        if entry.call.target in seen:
            yield Violation(f"sent a mark again (#{entry.number})", (entry.number,))
        seen.add(entry.call.target)


RULE = Rule(
    "TY-ONCE",
    Level.MUST,
    "must send each mark once",
    (Source(HANDBOOK, "Sending", "a mark is sent once"),),
    (SIGNED,),
    (Proof.COUNT,),
    sends_twice,
    "Send it once.",
)
TINY = Dialect(PROFILE, (RULE,), TOUR, MESSAGES)
FOUR = (*DIALECTS, TINY)


class Clerk:
    """The reference exporter's face in this dialect: it sends each mark once."""

    times = 1

    def __init__(self, message: Message) -> None:
        self.url = message["sis_url"]
        self.now = datetime.fromisoformat(message["clock"]["now"])

    async def load(self, message: Message) -> Fields:
        self.roll = message["roll"]
        self.shown = "not_exported"
        return {}

    async def sync(self, _: Message) -> Fields:
        raise Unsupported("A roll reads nothing back.")

    async def act(self, _: Message) -> Fields:
        return {"done": True}

    async def export(self, _: Message) -> Fields:
        for each in self.roll["people"] * self.times:
            url, body = f"{self.url}/people/{each['person']}", json.dumps({"mark": each["mark"]})
            with await asyncio.to_thread(urlopen, Request(url, body.encode(), method="PUT")):
                self.shown = "exported"
        return {"accepted": True}

    async def retry(self, _: Message) -> Fields:
        return {"accepted": False}

    async def settle(self, _: Message) -> Fields:
        return {"pending": []}

    async def advance(self, message: Message) -> Fields:
        self.now += timedelta(seconds=message["seconds"])
        return {"now": self.now.isoformat()}

    async def state(self, _: Message) -> Fields:
        people = [each["person"] for each in self.roll["people"]]
        return {"people": [{"person": each, "state": self.shown} for each in people]}

    def close(self) -> None:
        pass


class Careless(Clerk):
    """Sends each mark twice."""

    times = 2


class Forgetful(Clerk):
    """Does not show everyone."""

    async def state(self, message: Message) -> Fields:
        return {"people": (await super().state(message))["people"][1:]}


FEATURES = ("signing", "retry", "work.inspect", "clock.virtual")
EXPORTER = ExporterDialect("tiny", FEATURES, Clerk)
MUTANT = Mutant("sends-twice", "sends each mark twice", ("TY-ONCE",), (), "tiny", Careless)
HIDES_ONE = Mutant("forgets-one", "does not show everyone", (), (), "tiny", Forgetful)


def adapter(mutant: Mutant | None = None) -> ReferenceAdapter:
    """The adapter of the exporter that speaks this dialect only, or of a mutant of it."""
    table = (EXPORTER,)
    return ReferenceAdapter("tiny", table) if mutant is None else mutant_adapter(mutant, table)


async def report_on(mutant: Mutant | None) -> Report:
    options = Options(spoken_only=True, dialects=FOUR, make_simulator=simulator)
    rules = [rule for dialect in FOUR for rule in dialect.rules]
    return await run(rules, InProcessDriver(partial(adapter, mutant)), "tiny", options)


async def test_its_exporter_keeps_its_rule() -> None:
    report = await report_on(None)
    assert [each.rule.id for each in report.verdicts] == ["TY-ONCE"]
    assert report.exit is Exit.CONFORMANT


async def test_its_mutant_breaks_the_rule_that_it_names() -> None:
    report = await report_on(MUTANT)
    failed = tuple(each.rule.id for each in report.verdicts if each.status is Status.FAIL)
    assert (failed, report.exit) == (MUTANT.breaks, Exit.NOT_CONFORMANT)


async def test_the_reference_exporter_can_speak_all_four() -> None:
    everything = ReferenceAdapter(dialects=(*exporters.DIALECTS, EXPORTER))
    hello = await everything.handle({"id": 1, "op": "hello"})
    assert hello["dialects"] == ["wiseflow", "schoology", "skyward", "tiny"]
    assert "signing" in hello["features"]


def test_its_policy_is_checked_when_a_seed_is_loaded() -> None:
    with pytest.raises(SeedError, match=r"/tiny/most: most must be at least 1 \(got 0\)"):
        simulator("token").load({"tiny": {"most": 0}})


async def test_its_verdicts_are_reported_in_every_format() -> None:
    report = await report_on(MUTANT)
    text = terminal.render(report)
    for words in (
        "The exporter must send each mark once. (MUST)",
        "Source: The handbook of rolls, Sending: a mark is sent once.",
        "* It sent a mark again (#",
        "the product shows -> people: number 7 exported, number 8 exported",
        "How to fix: Send it once.",
    ):
        assert words in text
    assert json.loads(json_report.render(report))["verdicts"][0]["profile"] == "tiny"
    assert 'classname="conformance.tiny" name="TY-ONCE must send each mark once"' in junit.render(
        report
    )


def test_the_catalogue_has_a_chapter_on_it() -> None:
    page = catalogue.page(FOUR)
    assert "\n## tiny\n" in page
    assert "| The handbook of rolls | us |" in page
    assert "`tiny-signed`: the roll is signed and exported" in page


async def visit(mutant: Mutant | None) -> list[Finding]:
    driver = InProcessDriver(partial(adapter, mutant))
    visit = examine(driver, 10, FOUR, make_simulator=simulator)
    return [each async for each in visit]


async def test_the_doctor_knows_its_tour() -> None:
    found = await visit(None)
    assert [each.text for each in found if not each.well] == []
    assert "configure: ok, for tiny" in [each.text for each in found]


async def test_the_doctor_knows_what_its_state_must_list() -> None:
    found = await visit(HIDES_ONE)
    (defect,) = [each.text for each in found if not each.well]
    assert "the answer to state lacks people that were loaded: person 7." in defect


ROLL_LOADED = ROLL.load_fields(Period(0, 1))["roll"]
SAID: list[tuple[str, dict[str, Any], str]] = [
    ("load", {"roll": ROLL_LOADED}, ""),
    ("load", {"roll": {"code": "R1"}}, '"people" is a required property'),
    ("act", {"action": "sign", "score": "good"}, ""),
    ("act", {"action": "sign", "score": 9}, '/score: 9 is not one of "good"'),
    ("act", {"action": "sign"}, '"score" is a required property'),
    ("act", {"action": "edit_score", "item": "a", "student": 1, "score": 9}, ""),
    ("act", {"action": "edit_score", "item": "a", "student": 1, "score": "good"}, "/score"),
    ("export", {"presses": 1, "by": "manager", "part": "half"}, ""),
    ("export", {"presses": 1, "by": "manager", "part": "none"}, "/part"),
]


@pytest.mark.parametrize(("op", "fields", "wrong"), SAID)
def test_the_protocol_of_all_four_has_its_messages(
    op: str, fields: dict[str, Any], wrong: str
) -> None:
    found = shapes_of(FOUR).problems("message", op, {"id": 1, "op": op, **fields})
    assert bool(found) == bool(wrong)
    assert wrong in found


@pytest.mark.parametrize(("op", "fields"), [(op, fields) for op, fields, _ in SAID[:5]])
def test_the_protocol_of_the_three_has_none_of_them(op: str, fields: dict[str, Any]) -> None:
    assert shapes_of(DIALECTS).problems("message", op, {"id": 1, "op": op, **fields})
