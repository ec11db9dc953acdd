"""Cases are judged by the institution's mapping, whether it is a scenario's or an integrator's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.dialects import RULES
from conformance.drivers.inprocess import InProcessDriver
from conformance.exporters.handling import ReferenceAdapter
from conformance.judging.verdicts import Status
from conformance.model.evidence import Evidence, as_json, from_json
from conformance.model.rule import Rule, Violation
from conformance.runner.doctor import examine
from conformance.runner.mapping_file import read_mapping
from conformance.runner.run import Options, run
from conformance.wiseflow import forms
from conformance.wiseflow.evidence import ExportAnswer, exports
from helpers.suite.jumping_loop import run_jumping
from helpers.suite.made import T0, evidence, post
from mock_sis.errors import UsageError
from mock_sis.exchange import Call, Reply
from mock_sis.formats.mapping.reports import ANSWER_TYPES, Report, write_report
from mock_sis.formats.mapping.rows import MEDIA_TYPES, Given, write_rows
from mock_sis.formats.mapping.shapes import AnswerMapping, BodyMapping
from mock_sis.journal.entry import Entry

ROWS = [Given(1001, "A", ""), Given(1002, "C", "B")]

FORMS: dict[str, dict[str, Any]] = {
    "the recommended": {},
    "at the root": {"mapping": {"list": "", "ids": "text"}},
    "nested": {"mapping": {"list": "a.b", "userId": "p.id", "mark": "g.m", "adminGrade": "g.a"}},
    "XML": {
        "mapping": {"format": "xml", "list": "rows.row"},
        "answer": {"format": "xml", "errors": "errors.error"},
    },
    "a form": {
        "mapping": {"format": "form", "index": "dots"},
        "answer": {"errors": "", "numberOfSuccess": False, "numberOfErrors": False},
    },
}


def exchange(policies: dict[str, Any], *refused: int) -> Entry:
    """An export of ROWS in these forms, and the answer to it."""
    body = msgspec.convert(policies.get("mapping", {}), BodyMapping)
    answer = msgspec.convert(policies.get("answer", {}), AnswerMapping)
    report = Report(2 - len(refused), len(refused), [(user_id, "why") for user_id in refused])
    sent = (("Content-Type", MEDIA_TYPES[body.format][0]),)
    told = (
        Reply(answer.status)
        if answer.format == "none"
        else Reply(
            200, (("Content-Type", ANSWER_TYPES[answer.format]),), write_report(report, answer)
        )
    )
    call = Call("POST", "/wiseflow/flows/U/grades", sent, write_rows(ROWS, body), received=T0)
    return Entry(1, "wiseflow.flows.grades.post", call, told)


@pytest.mark.parametrize("policies", FORMS.values(), ids=FORMS)
def test_rows_and_answers_are_read_in_the_form_of_the_case(policies: dict[str, Any]) -> None:
    (sent,) = exports(evidence([exchange(policies, 1002)], policies=policies))
    read = [(row.user_id, row.mark, row.admin_grade) for row in sent.rows]
    assert read == [("1001", "A", ""), ("1002", "C", "B")]
    assert sent.answer == ExportAnswer(200, 1, 1, {"1002": "why"})
    assert sent.confirmed == {"1001"}


@pytest.mark.parametrize("policies", FORMS.values(), ids=FORMS)
def test_a_success_is_one_in_every_form(policies: dict[str, Any]) -> None:
    (sent,) = exports(evidence([exchange(policies)], policies=policies))
    assert sent.answer.full_success
    assert sent.confirmed == {"1001", "1002"}


NONE: dict[str, Any] = {"answer": {"format": "none", "status": 204}}


def test_an_empty_answer_confirms_all_where_none_has_a_report() -> None:
    (sent,) = exports(evidence([exchange(NONE)], policies=NONE))
    assert (sent.answer.full_success, sent.confirmed) == (True, {"1001", "1002"})


@pytest.mark.parametrize("other", [Reply(200), Reply(204, body=b"<html>"), Reply(503)])
def test_another_answer_than_the_empty_one_confirms_none(other: Reply) -> None:
    entry = msgspec.structs.replace(exchange(NONE), outcome=other)
    (sent,) = exports(evidence([entry], policies=NONE))
    assert (sent.answer.full_success, sent.confirmed) == (False, frozenset())


@pytest.mark.parametrize("policies", [{}, FORMS["XML"]])
def test_an_empty_answer_confirms_none_elsewhere(policies: dict[str, Any]) -> None:
    entry = msgspec.structs.replace(exchange(policies), outcome=Reply(204))
    (sent,) = exports(evidence([entry], policies=policies))
    assert (sent.answer.full_success, sent.confirmed) == (False, frozenset())


@pytest.mark.parametrize("grade", ["mark", "adminGrade"])
def test_the_only_grade_is_the_mark(grade: str) -> None:
    policies = {"mapping": {"mark": False, "adminGrade": False, grade: "grade"}}
    body = b'{"participants": [{"userId": 1001, "grade": "A"}]}'
    (sent,) = exports(evidence([post(1, body, Reply(204))], policies=policies))
    assert [(row.mark, row.admin_grade) for row in sent.rows] == [("A", "")]


@pytest.mark.parametrize("policies", list(FORMS.values())[1:], ids=list(FORMS)[1:])
def test_a_body_in_another_form_has_no_rows(policies: dict[str, Any]) -> None:
    (sent,) = exports(evidence([exchange({})], policies=policies))
    assert sent.rows == ()


def test_evidence_keeps_the_policies_and_old_evidence_has_none() -> None:
    kept = evidence([exchange(FORMS["XML"])], policies=FORMS["XML"])
    data = json.loads(json.dumps(as_json(kept)))
    assert from_json(data).policies == FORMS["XML"]
    del data["policies"]
    assert from_json(data).policies == {}


def of(*ids: str) -> list[Rule]:
    return [rule for rule in RULES if rule.id in ids]


def check(rule: str, found: Evidence) -> list[Violation]:
    return list(of(rule)[0].check(found))


@pytest.mark.parametrize("rule", ["WF-BODY", "WF-TYPE"])
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("other", FORMS)
def test_a_body_is_valid_in_the_form_of_the_case_alone(rule: str, name: str, other: str) -> None:
    found = check(rule, evidence([exchange(FORMS[name])], policies=FORMS[other]))
    formats = [FORMS[each].get("mapping", {}).get("format", "json") for each in (name, other)]
    differs = name != other if rule == "WF-BODY" else formats[0] != formats[1]
    assert bool(found) == differs


CONFIGURED: dict[str, tuple[dict[str, Any], Iterable[str], bool]] = {
    "a mapping": ({"mapping": {"list": "rows"}}, ["mapping"], True),
    "an answer": ({"answer": {"status": 204, "format": "none"}}, ["mapping"], True),
    "without the feature": ({"mapping": {"list": "rows"}}, ["sync"], False),
    "without either": ({"methods": ["PATCH"]}, ["mapping"], False),
}


@pytest.mark.parametrize(("policies", "features", "told"), CONFIGURED.values(), ids=CONFIGURED)
def test_both_forms_are_handed_over_to_those_who_can_use_them(
    policies: dict[str, Any], features: list[str], told: bool
) -> None:
    fields = forms.configured(policies, features)
    assert bool(fields) == told
    if told:
        shapes = forms.forms_of(policies)
        assert fields["mapping"] == {**msgspec.to_builtins(shapes.body)}
        assert fields["mapping"].keys() >= policies.get("mapping", {}).keys()
        assert fields["answer"]["errors"] == "errors"  # a member that nobody gave


# --- an integrator's own mapping -----------------------------------------------------------------


class Fixed(ReferenceAdapter):
    """Builds recommended bodies only, and cannot be configured otherwise."""

    async def handle(self, message: dict[str, Any]) -> dict[str, Any]:
        assert "mapping" not in message
        answer = await super().handle(message)
        if message["op"] == "hello":
            answer["features"].remove("mapping")
        return answer


def verdicts(make: type[ReferenceAdapter], path: Path, *ids: str) -> dict[str, Status]:
    own = read_mapping(path)
    options = Options(policies=own.policies, excused=own.excused)
    report = run_jumping(run(of(*ids), InProcessDriver(make, 100), "in process", options))
    return {each.rule.id: each.status for each in report.verdicts}


def written(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


OWN = {
    "JSON": "mapping: {list: rows, userId: user.id, ids: text}",
    "XML": "mapping: {format: xml, list: row}\nanswer: {format: xml, userId: id}",
    "a form": "mapping: {format: form, index: dots}\nanswer: {format: none}",
    "one grade": "mapping: {list: '', mark: false}\nanswer: {numberOfErrors: false}",
}
TRIED = ("WF-BODY", "WF-TYPE", "WF-ONCE", "WF-PARTIAL", "WF-COUNTS", "WF-ALT", "WF-MAPPING")
SILENT = {
    "JSON": set(),
    "XML": set(),
    "a form": {"WF-PARTIAL", "WF-COUNTS"},
    "one grade": {"WF-COUNTS", "WF-ALT"},
}


@pytest.mark.parametrize("name", OWN)
def test_the_reference_keeps_the_rules_with_any_institution(name: str, tmp_path: Path) -> None:
    found = verdicts(ReferenceAdapter, written(tmp_path, OWN[name]), *TRIED)
    assert found == {
        rule: Status.NOT_APPLICABLE if rule in SILENT[name] else Status.PASS for rule in TRIED
    }


def test_an_exporter_that_is_set_up_for_one_form_is_tried_with_it(tmp_path: Path) -> None:
    fits = written(tmp_path, '{"answer": {"root": "report"}}', "fits.json")
    assert verdicts(Fixed, fits, "WF-BODY")["WF-BODY"] is Status.PASS
    other = written(tmp_path, OWN["JSON"])
    assert verdicts(Fixed, other, "WF-BODY")["WF-BODY"] is Status.FAIL


def test_the_rules_that_forms_excuse_exist() -> None:
    named = {*forms.ALTERNATIVE_RULES, *forms.COUNT_RULES, *forms.REPORT_RULES}
    assert named <= {rule.id for rule in RULES}


WRONG = {
    "two fields under one name": (
        "mapping:\n  list: rows\n  mark: userId",
        "own.yaml: line 3, /mapping/mark: mark (userId) and userId (userId) cannot both",
    ),
    "userId switched off": ("mapping: {userId: false}", "line 1, /mapping/userId: userId cannot"),
    "a form without an index": ("mapping: {format: form}", "/mapping/index: A list in a form"),
    "an unknown member": ("mapping: {lists: rows}", "'lists' was unexpected"),
    "an unknown format": ("mapping: {format: csv}", '/mapping/format: "csv" is not one of'),
    "an answer that cannot work": ("answer: {status: 204}", "/answer/status: A 204 has no body"),
    "another policy": ("mapping: {}\noverwrite: allow", "/overwrite: only mapping and answer"),
    "neither": ("list: rows", "has neither mapping nor answer"),
    "nothing": ("", "the document is a mapping; this is empty"),
    "no YAML": ("mapping: {", "The mapping cannot be read."),
}


@pytest.mark.parametrize(("text", "reason"), WRONG.values(), ids=WRONG)
def test_a_file_that_cannot_work_is_refused_with_the_place(
    text: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=re.escape(reason)):
        read_mapping(written(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.yaml: cannot be read"):
        read_mapping(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("name", ["XML", "a form"])
async def test_the_doctor_tries_an_adapter_with_the_own_form(name: str, tmp_path: Path) -> None:
    own = read_mapping(written(tmp_path, OWN[name])).policies
    found = [each async for each in examine(InProcessDriver(Fixed), 60, policies=own)]
    assert any("SIS accepted none of the requests" in each.text for each in found)
    found = [each async for each in examine(InProcessDriver(ReferenceAdapter), 60, policies=own)]
    assert all(each.well for each in found), found
