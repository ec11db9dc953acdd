"""Leaks: of credentials, and of other people's data in a person's message."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import pytest

from conformance.dialects import DIALECTS
from conformance.model.evidence import Done, Evidence, Identity
from conformance.model.others import Person, Shown, facts, others_data
from conformance.model.rule import Scenario
from conformance.model.secrets import PLANTED, leaked_secrets
from conformance.model.steps import Load, Retry, State
from conformance.model.subject import Period
from conformance.schoology.scenarios import leaking as section
from conformance.skyward.scenarios import leaking as course
from conformance.wiseflow.scenarios import leaking as flow
from helpers.suite.judged import BY_ID, broken
from mock_sis.exchange import Call, Reply
from mock_sis.journal.entry import Entry

WHO = Identity("mini", "1.0", ("wiseflow",), ())
BASIC = b64encode(f"exporter:{PLANTED}".encode()).decode()
AUTH = {"type": "basic", "username": "exporter", "password": PLANTED}


def asked(target: str = "/x", authorization: str = "", answer: bytes = b"") -> Entry:
    headers = (("Authorization", authorization),) if authorization else ()
    return Entry(
        1, "wiseflow.flows.grades.post", Call("POST", target, headers), Reply(200, (), answer)
    )


def answered(op: str, **members: Any) -> Done:
    step = Retry(label="end") if op == "retry" else State(label="end")
    return Done(step, 0.0, 0, 1, {"op": op}, {"id": 1, "status": "ok", **members})


def leaky(*, stderr: str = "", steps: Sequence[Done] = (), sent: Sequence[Entry] = ()) -> Evidence:
    return Evidence("made", WHO, tuple(steps), stderr=stderr, journal=tuple(sent))


SIGNED = asked(authorization=f"Basic {BASIC}")
ROW = {"user_id": 1, "state": "failed", "message": f"used {PLANTED}!"}

SECRETS: list[tuple[Evidence, dict[str, str], str]] = [
    (leaky(stderr="signing in as exporter"), AUTH, ""),
    (leaky(stderr=f"DEBUG {PLANTED}"), AUTH, "wrote the password of the SIS to stderr"),
    (leaky(stderr=f"DEBUG {PLANTED[:-1]}"), AUTH, ""),
    (leaky(stderr=f"Authorization: Basic {BASIC}"), AUTH, ""),
    (leaky(stderr=f"Authorization: Basic {BASIC}", sent=[SIGNED]), AUTH, "an Authorization value"),
    (leaky(sent=[SIGNED]), AUTH, ""),
    (leaky(steps=[answered("retry", message=PLANTED)]), AUTH, "answered retry with the password"),
    (
        leaky(steps=[answered("state", participants=[ROW])]),
        AUTH,
        "answered state with the password",
    ),
    (leaky(sent=[asked(f"/x?key={PLANTED}")]), AUTH, "sent the password of the SIS in a URL (#1)"),
    (leaky(sent=[asked("/x?key=p%C3%A4ss+word")]), {"key": "päss word"}, "the API key of the SIS"),
    (leaky(sent=[asked("/x?key=exporter")]), AUTH, ""),
    (leaky(stderr="a token"), {"token": "token"}, ""),
    (leaky(stderr=PLANTED), {"client_secret": PLANTED}, "the client secret"),
    (leaky(stderr=PLANTED), {"consumer_secret": PLANTED}, "the consumer secret"),
    (leaky(stderr=PLANTED), {"token": PLANTED}, "the token"),
]


@pytest.mark.parametrize(("found", "auth", "words"), SECRETS)
def test_a_secret_is_looked_for_where_it_does_not_belong(
    found: Evidence, auth: dict[str, str], words: str
) -> None:
    told = [each.message for each in leaked_secrets(found, auth)]
    assert len(told) == bool(words)
    assert words in "".join(told)
    assert not any(each in "".join(told) for each in (PLANTED, BASIC))


PEOPLE = (
    Person("1001", facts(name=["Åsa", "O'Neill"], number=[1001, "S-1001"], grade=["Laudabilis"])),
    Person("1002", facts(name=["José", "Ng"], number=[1002, "S-1002"], grade=[44.25, "B"])),
    Person("1003", facts(name=["José", "Lind"], number=[1003, "S-1003"], grade=["Laudabilis"])),
)


def errors(*rows: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"errors": rows, **more}).encode()


ABOUT_HER = errors({"userId": 1001, "errorInfo": "twin of 1002 in the register"})
ABOUT_HIM = errors({"userId": 1002, "errorInfo": "twin of 1002 in the register"})
ABOUT_NOBODY = errors(detail="twin of 1002 in the register")
IN_XML = b"<r><row><id>1001</id><message>twin of 1002 in the register</message></row></r>"
HIS_IN_XML = IN_XML.replace(b"<id>1001", b"<id>1002")
QUOTED = "The SIS says: twin of 1002 in the register."

TEXTS: list[tuple[list[tuple[str, str]], bytes, str]] = [
    ([("1001", "The grade could not be registered.")], b"", ""),
    ([("1001", "Åsa O'Neill (S-1001, 1001) has Laudabilis.")], b"", ""),
    ([("1001", "1002 failed.")], b"", "number of person 1002"),
    ([("1001", "Failed,S-1002.")], b"", "number of person 1002"),
    ([("1001", "failed: 44.25")], b"", "grade of person 1002"),
    ([("1001", "failed: 144.25, 44.251 and 1,44.25")], b"", ""),
    ([("1001", "José failed")], b"", "name of person 1002"),
    ([("1002", "José has 44.25")], b"", ""),
    ([("1003", "José has Laudabilis")], b"", ""),
    ([("1002", "Lind failed")], b"", "name of person 1003"),
    ([("1002", "Lindgren failed")], b"", ""),
    ([("1001", "B is for Ng")], b"", ""),
    ([("1001", "1002 failed."), ("1002", "1002 failed.")], b"", ""),
    ([("1001", "1002 failed."), ("1001", "1002 failed.")], b"", "number of person 1002"),
    ([("9999", "1002 failed.")], b"", ""),
    ([("1001", QUOTED)], b"", "number of person 1002"),
    ([("1001", QUOTED)], ABOUT_HER, ""),
    ([("1001", QUOTED)], ABOUT_HIM, "number of person 1002"),
    ([("1001", QUOTED)], ABOUT_NOBODY, ""),
    ([("1001", QUOTED)], IN_XML, ""),
    ([("1001", QUOTED)], HIS_IN_XML, "number of person 1002"),
    ([("1001", QUOTED)], b"twin of 1002 in the register", ""),
    ([("1001", f"{QUOTED} So has Lind.")], ABOUT_HER, "name of person 1003"),
    ([("1001", "1002")], errors("1002"), "number of person 1002"),
]


@pytest.mark.parametrize(("texts", "answer", "words"), TEXTS)
def test_a_persons_text_tells_of_nobody_else(
    texts: list[tuple[str, str]], answer: bytes, words: str
) -> None:
    shown = [Shown(who, text, "end") for who, text in texts]
    found = list(others_data(leaky(sent=[asked(answer=answer)]), PEOPLE, shown))
    told = " ".join(each.message for each in found)
    assert bool(words) is bool(told)
    assert words in told
    assert all(each.steps == ("end",) for each in found)


def failed(key: str, person: int, text: str, **more: Any) -> dict[str, Any]:
    return {key: person, "state": "failed", "message": text, **more}


def shows(scenario: Scenario, **rows: Any) -> Evidence:
    """The evidence of an exporter that was loaded, and then shows these lists."""
    loaded = {"op": "load", **scenario.subject.load_fields(Period(0, 1))}
    people = scenario.subject.seed(Period(0, 1))["people"]
    steps = (Done(Load(), 0.0, 0, 0, loaded, {"id": 1, "status": "ok"}), answered("state", **rows))
    return Evidence(scenario.name, WHO, steps, gradebook={"people": people})


def flow_row(text: str) -> Evidence:
    return shows(flow.SOME_REFUSED, participants=[failed("user_id", 1001, text)])


def section_row(text: str, name: str = "rows") -> Evidence:
    return shows(section.SOME_REFUSED, **{name: [failed("enrollment_id", section.ASA, text)]})


def course_row(text: str, name: str = "scores") -> Evidence:
    return shows(course.SOME_REFUSED, **{name: [failed("student", course.ASA, text)]})


SHOWN: list[tuple[str, Evidence, str]] = [
    ("WF-OTHERS", flow_row("Åsa O'Neill, S-1001: Laudabilis was refused."), ""),
    ("WF-OTHERS", flow_row("José was refused."), "name of person 1002"),
    ("WF-OTHERS", flow_row("S-1002 was refused."), "number of person 1002"),
    ("WF-OTHERS", flow_row("Probatus was refused."), "grade of person 1002"),
    ("SC-OTHERS", section_row("91.25 of Åsa was refused."), ""),
    ("SC-OTHERS", section_row("García & Söhne was refused."), f"name of person {section.JOSE}"),
    ("SC-OTHERS", section_row("76.75 was refused."), f"grade of person {section.JOSE}"),
    (
        "SC-OTHERS",
        section_row(f"{section.JOSE} was refused.", "final_comments"),
        "number of person",
    ),
    ("SK-OTHERS", course_row("44.25 of Åsa was refused."), ""),
    ("SK-OTHERS", course_row("31.75 was refused."), f"grade of person {course.JOSE}"),
    ("SK-OTHERS", course_row("García & Söhne was refused."), f"name of person {course.JOSE}"),
    ("SK-OTHERS", course_row("1002 was refused.", "items"), ""),
    *((rule, leaky(stderr=PLANTED), "") for rule in ("WF-SECRETS", "SC-SECRETS", "SK-SECRETS")),
]


@pytest.mark.parametrize(("rule", "found", "words"), SHOWN)
def test_each_dialect_knows_its_people(rule: str, found: Evidence, words: str) -> None:
    said = broken(rule, found)
    assert bool(said) is bool(words)
    assert words in said


WHAT = ("SECRETS", "OTHERS")
CREDENTIALS = [
    (f"{prefix}-SECRETS", scenario)
    for prefix in ("WF", "SC", "SK")
    for scenario in BY_ID[f"{prefix}-SECRETS"].scenarios
]


@pytest.mark.parametrize(("rule", "scenario"), CREDENTIALS)
def test_each_scenario_has_credentials_whose_secret_is_found(rule: str, scenario: Scenario) -> None:
    assert PLANTED in scenario.policies["auth"].values()
    found = Evidence("any", WHO, stderr=f"DEBUG {PLANTED}", policies=scenario.policies)
    assert "to stderr" in broken(rule, found)
    silent = Evidence("any", WHO, stderr="DEBUG", policies=scenario.policies)
    assert broken(rule, silent) == ""


@pytest.mark.parametrize("id", [f"{each}-{what}" for each in ("WF", "SC", "SK") for what in WHAT])
def test_a_leak_counts_in_every_case(id: str) -> None:
    assert BY_ID[id].everywhere


def test_every_dialect_has_the_rules_about_leaks() -> None:
    rules = [rule.id for each in DIALECTS for rule in each.rules]
    leaks = [id for id in rules if id.endswith(("-SECRETS", "-OTHERS"))]
    assert len(leaks) == 2 * len(DIALECTS)
