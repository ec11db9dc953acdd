"""The reference exporter builds bodies and reads answers in the form that it is configured with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.kit.times import Clock
from conformance.exporters.kit.wire import Answer
from conformance.exporters.wiseflow.client import Client
from conformance.exporters.wiseflow.mapper import UNREADABLE, Mapper
from conformance.exporters.wiseflow.model import SentRow
from mock_sis.formats.mapping.shapes import AnswerMapping, BodyMapping

ROWS = (SentRow(1001, "B", ""), SentRow("1002", "Très bien", "A & <B>"))


def settings(mapping: dict[str, Any] | None, answer: dict[str, Any] | None = None) -> SisSettings:
    """Settings with both forms complete, as the suite sends them; None: without any."""
    forms: dict[str, Any] = {}
    if mapping is not None:
        shapes = msgspec.convert(mapping, BodyMapping), msgspec.convert(answer or {}, AnswerMapping)
        forms = dict(zip(("mapping", "answer"), map(msgspec.to_builtins, shapes), strict=True))
    return SisSettings("http://sis", Path("unused"), Clock(0.0), {"type": "none"}, **forms)


BODIES: dict[str, tuple[dict[str, Any], str, str]] = {
    "the recommended": (
        {},
        "application/json",
        '{"participants": [{"userId": 1001, "mark": "B", "adminGrade": ""},'
        ' {"userId": "1002", "mark": "Très bien", "adminGrade": "A & <B>"}]}',
    ),
    "a list at the root without adminGrade": (
        {"list": "", "adminGrade": False, "ids": "text"},
        "application/json",
        '[{"userId": "1001", "mark": "B"}, {"userId": "1002", "mark": "A & <B>"}]',
    ),
    "without mark": (
        {"list": "", "mark": False, "ids": "number"},
        "application/json",
        '[{"userId": 1001, "adminGrade": "B"}, {"userId": 1002, "adminGrade": "A & <B>"}]',
    ),
    "nested": (
        {"list": "a.b", "userId": "p.id", "mark": "g.m", "adminGrade": "g.a"},
        "application/json",
        '{"a": {"b": [{"p": {"id": 1001}, "g": {"m": "B", "a": ""}},'
        ' {"p": {"id": "1002"}, "g": {"m": "Très bien", "a": "A & <B>"}}]}}',
    ),
    "XML": (
        {"format": "xml", "root": "grades", "list": "rows.row", "userId": "p.id"},
        "application/xml",
        '<?xml version="1.0" encoding="utf-8"?><grades><rows>'
        "<row><p><id>1001</id></p><mark>B</mark><adminGrade></adminGrade></row>"
        "<row><p><id>1002</id></p><mark>Très bien</mark>"
        "<adminGrade>A &amp; &lt;B&gt;</adminGrade></row></rows></grades>",
    ),
    "a form": (
        {"format": "form", "index": "brackets", "adminGrade": False},
        "application/x-www-form-urlencoded",
        "participants%5B0%5D%5BuserId%5D=1001&participants%5B0%5D%5Bmark%5D=B&"
        "participants%5B1%5D%5BuserId%5D=1002&participants%5B1%5D%5Bmark%5D=A+%26+%3CB%3E",
    ),
    "a form with dots": (
        {"format": "form", "index": "dots", "list": "", "mark": "m", "adminGrade": False},
        "application/x-www-form-urlencoded",
        "0.userId=1001&0.m=B&1.userId=1002&1.m=A+%26+%3CB%3E",
    ),
}


@pytest.mark.parametrize(("mapping", "media_type", "body"), BODIES.values(), ids=BODIES)
def test_a_body_has_the_institutions_form(
    mapping: dict[str, Any], media_type: str, body: str
) -> None:
    assert Mapper(settings(mapping)).body(ROWS).decode() == body
    assert Client(settings(mapping)).content_type() == media_type


def test_without_a_mapping_the_recommended_form_is_used() -> None:
    plain = settings(None)
    answer = Answer(200, b"anything")
    assert not Mapper(plain).configured
    assert Mapper(plain).recommended(answer, ROWS) is answer
    assert Client(plain).content_type() == "application/json"


ONE_ERROR = {
    "numberOfSuccess": 1,
    "numberOfErrors": 1,
    "errors": [{"userId": "1002", "errorInfo": "closed & sealed"}],
}
NO_ERROR = {"numberOfSuccess": 2, "numberOfErrors": 0, "errors": []}
NAMED = {"numberOfSuccess": "n.ok", "numberOfErrors": "n.bad", "errors": "e", "userId": "p.id"}
ALONE = {"numberOfSuccess": False, "numberOfErrors": False, "errors": "", "errorInfo": "why"}
XML = {"format": "xml", "errors": "errors.error"}
NONE = {"format": "none", "status": 204}

ANSWERS: dict[str, tuple[dict[str, Any], int, str, dict[str, Any]]] = {
    "other names": (
        NAMED,
        200,
        '{"n": {"ok": 1, "bad": 1}, "e": [{"p": {"id": "1002"}, "errorInfo": "closed & sealed"}]}',
        ONE_ERROR,
    ),
    "a list of errors": (
        ALONE, 200, '[{"userId": "1002", "why": "closed & sealed"}]', ONE_ERROR,
    ),
    "an empty list of errors": (ALONE, 200, "[]", NO_ERROR),
    "XML": (
        XML,
        200,
        "<result><numberOfSuccess>1</numberOfSuccess><numberOfErrors>1</numberOfErrors><errors>"
        "<error><userId>1002</userId><errorInfo>closed &amp; sealed</errorInfo></error>"
        "</errors></result>",
        ONE_ERROR,
    ),
    "XML without errors": (
        XML,
        200,
        "<result><numberOfSuccess>2</numberOfSuccess><numberOfErrors>0</numberOfErrors></result>",
        NO_ERROR,
    ),
    "no report": (NONE, 204, "", NO_ERROR),
    "no report, with a 200": ({"format": "none"}, 200, "", NO_ERROR),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "status", "body", "report"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_read_in_the_institutions_form(
    answer: dict[str, Any], status: int, body: str, report: dict[str, Any]
) -> None:
    found = Mapper(settings({}, answer)).recommended(Answer(status, body.encode()), ROWS)
    assert (found.status, json.loads(found.body)) == (200, report)


OTHER: dict[str, tuple[dict[str, Any], str]] = {
    "the recommended answer": (ALONE, json.dumps(NO_ERROR)),
    "JSON for XML": (XML, json.dumps(NO_ERROR)),
    "XML for JSON": (NAMED, "<result/>"),
    "an entity": (XML, '<!DOCTYPE r [<!ENTITY e "1">]><result>&e;</result>'),
    "a count that is none": (XML, "<result><numberOfSuccess>all</numberOfSuccess></result>"),
    "a body where there is none": ({"format": "none"}, "<html>"),
    "nothing where there is a report": (NAMED, ""),
}


@pytest.mark.parametrize(("answer", "body"), OTHER.values(), ids=OTHER)
def test_an_answer_in_another_form_is_no_report(answer: dict[str, Any], body: str) -> None:
    found = Mapper(settings({}, answer)).recommended(Answer(200, body.encode()), ROWS)
    assert found == Answer(200, UNREADABLE)


REFUSALS = [(NAMED, 204), (NAMED, 422), (NONE, 200), (NONE, 503), (XML, 302)]


@pytest.mark.parametrize(("answer", "status"), REFUSALS)
def test_a_refusal_stays_as_it_is(answer: dict[str, Any], status: int) -> None:
    refusal = Answer(status, b"why")
    assert Mapper(settings({}, answer)).recommended(refusal, ROWS) is refusal
