"""Rows and reports keep their meaning in every form that an institution may choose."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import msgspec
import pytest

from mock_sis.contracts.contract import Contract, document
from mock_sis.dialects.wiseflow.body import EXPORT, reader
from mock_sis.errors import Invalid, Malformed, WrongType
from mock_sis.formats.mapping.reports import Report, read_report, write_report
from mock_sis.formats.mapping.rows import Given, decode_body, given_in, rows_in, write_rows
from mock_sis.formats.mapping.schema import mapped_schema
from mock_sis.formats.mapping.shapes import (
    AnswerMapping,
    BodyMapping,
    answer_problems,
    body_problems,
)


@dataclass(frozen=True)
class Written:
    """A mapping, and the body of ROWS under it."""

    mapping: BodyMapping
    body: str


ROWS = [Given(1001, "B", ""), Given(1002, "Très bien", "A & B")]

XML_HEAD = '<?xml version="1.0" encoding="utf-8" ?>\n'
WRITTEN = {
    "the standard": Written(
        BodyMapping(),
        '{"participants":[{"userId":1001,"mark":"B","adminGrade":""},'
        '{"userId":1002,"mark":"Très bien","adminGrade":"A & B"}]}',
    ),
    "at the root": Written(
        BodyMapping(list="", ids="text", admin_grade=False),
        '[{"userId":"1001","mark":"B"},{"userId":"1002","mark":"Très bien"}]',
    ),
    "nested": Written(
        BodyMapping(
            list="a.b", user_id="user.id", mark="grade.m", admin_grade="grade.alt", ids="number"
        ),
        '{"a":{"b":[{"user":{"id":1001},"grade":{"m":"B","alt":""}},'
        '{"user":{"id":1002},"grade":{"m":"Très bien","alt":"A & B"}}]}}',
    ),
    "XML": Written(
        BodyMapping(format="xml", root="Export", list="row", user_id="user.id", mark=False),
        XML_HEAD + "<Export><row><user><id>1001</id></user><adminGrade /></row>"
        "<row><user><id>1002</id></user><adminGrade>A &amp; B</adminGrade></row></Export>",
    ),
    "XML with a list inside": Written(
        BodyMapping(format="xml", list="participants.participant", ids="number"),
        XML_HEAD + "<export><participants>"
        "<participant><userId>1001</userId><mark>B</mark><adminGrade /></participant>"
        "<participant><userId>1002</userId><mark>Très bien</mark>"
        "<adminGrade>A &amp; B</adminGrade></participant></participants></export>",
    ),
    "a form": Written(
        BodyMapping(format="form", index="brackets", user_id="user.id", admin_grade=False),
        "participants%5B0%5D%5Buser%5D%5Bid%5D=1001&participants%5B0%5D%5Bmark%5D=B&"
        "participants%5B1%5D%5Buser%5D%5Bid%5D=1002&participants%5B1%5D%5Bmark%5D=Tr%C3%A8s+bien",
    ),
    "a form with dots": Written(
        BodyMapping(format="form", index="dots", list="", ids="number"),
        "0.userId=1001&0.mark=B&0.adminGrade=&"
        "1.userId=1002&1.mark=Tr%C3%A8s+bien&1.adminGrade=A+%26+B",
    ),
}
BY_MAPPING = pytest.mark.parametrize("case", WRITTEN.values(), ids=WRITTEN)


def _expected(mapping: BodyMapping) -> list[Given]:
    """ROWS as they come back: without what is switched off, and ids of the format's type."""
    as_text = mapping.ids == "text" or (mapping.format != "json" and mapping.ids == "any")
    return [
        Given(
            str(row.user_id) if as_text else row.user_id,
            msgspec.UNSET if mapping.mark is False else row.mark,
            msgspec.UNSET if mapping.admin_grade is False else row.admin_grade,
        )
        for row in ROWS
    ]


def _read(body: bytes, mapping: BodyMapping) -> list[tuple[Any, ...]]:
    return [(row.user_id, row.mark, row.admin_grade) for row in reader(mapping).read(body)]


@BY_MAPPING
def test_rows_are_written_in_the_mapped_form(case: Written) -> None:
    assert list(body_problems(case.mapping)) == []
    assert write_rows(ROWS, case.mapping).decode() == case.body


@BY_MAPPING
def test_the_receiver_reads_what_was_written(case: Written) -> None:
    expected = [(row.user_id, row.mark, row.admin_grade) for row in _expected(case.mapping)]
    assert _read(case.body.encode(), case.mapping) == expected


@BY_MAPPING
def test_the_slow_way_reads_the_same(case: Written) -> None:
    data = decode_body(case.body.encode(), case.mapping)
    assert Contract(mapped_schema(case.mapping, document(EXPORT))).accepts(data)
    rows = rows_in(data, case.mapping)
    assert rows is not None
    assert given_in(rows, case.mapping.fields) == _expected(case.mapping)


@BY_MAPPING
@pytest.mark.parametrize("count", [0, 1, 150])  # many rows of XML are read in another way
def test_any_number_of_rows_is_a_list(case: Written, count: int) -> None:
    rows = [Given(number, "A", "B") for number in range(count)]
    found = _read(write_rows(rows, case.mapping), case.mapping)
    assert [str(user_id) for user_id, _, _ in found] == [str(number) for number in range(count)]


def test_an_empty_list_in_xml_has_no_row() -> None:
    mapping = BodyMapping(format="xml", list="rows.row")
    assert write_rows([], mapping).decode() == XML_HEAD + "<export><rows /></export>"


BODY_PAIRS = [
    pytest.param(one.body, other.mapping, id=f"{first} read as {second}")
    for (first, one), (second, other) in product(WRITTEN.items(), WRITTEN.items())
    if first != second
]


@pytest.mark.parametrize(("body", "mapping"), BODY_PAIRS)
def test_a_body_in_the_form_of_another_institution_is_refused(
    body: str, mapping: BodyMapping
) -> None:
    with pytest.raises((Malformed, Invalid)):
        reader(mapping).read(body.encode())


XML = BodyMapping(format="xml", list="row", user_id="user.id", ids="number")
FORM = BodyMapping(format="form", index="brackets")
ODD: dict[str, tuple[BodyMapping, str, list[tuple[Any, Any, Any]]]] = {
    "an empty element is an empty list": (XML, "<export><row/></export>", []),
    "a root without elements": (XML, "<export/>", []),
    "indented": (
        XML,
        "<export>\n <row>\n  <user>\n <id>1</id> </user>\n </row>\n</export>",
        [(1, msgspec.UNSET, msgspec.UNSET)],
    ),
    "an empty element is an empty object": (
        BodyMapping(format="xml", list="row", mark="grade.mark"),
        "<export><row><userId>1</userId><grade/></row></export>",
        [("1", msgspec.UNSET, msgspec.UNSET)],
    ),
    "a single object": (
        BodyMapping(format="xml", single_object=True),
        "<export><userId>1</userId><mark/></export>",
        [("1", "", msgspec.UNSET)],
    ),
    "a single form": (
        BodyMapping(format="form", index="dots", single_object=True, ids="number"),
        "userId=1&mark=B",
        [(1, "B", msgspec.UNSET)],
    ),
    "unnamed fields": (
        BodyMapping(format="form", index="dots", extra_fields=True),
        "participants.0.userId=1&participants.0.x=1&sent=now",
        [("1", msgspec.UNSET, msgspec.UNSET)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("mapping", "body", "rows"), ODD.values(), ids=ODD)
def test_what_a_format_cannot_say_is_understood(
    mapping: BodyMapping, body: str, rows: list[tuple[Any, Any, Any]]
) -> None:
    assert _read(body.encode(), mapping) == rows


DEEP = "<a>" * 70 + "</a>" * 70
BAD: dict[str, tuple[BodyMapping, str, str]] = {
    "another root": (XML, "<exports/>", "root element"),
    "an entity": (XML, '<!DOCTYPE x [<!ENTITY e "1">]><export/>', "document type"),
    "too deep": (XML, f"<export><row>{DEEP}</row></export>", "levels deep"),
    "not XML": (XML, "{}", "not XML"),
    "an empty body": (XML, "", "empty"),
    "an id that is no number": (
        XML,
        "<export><row><user><id>01</id></user></row></export>",
        "/row/0/user/id",
    ),
    "a field twice": (
        XML,
        "<export><row><user><id>1</id><id>2</id></user></row></export>",
        "/row/0/user/id",
    ),
    "a row without an id": (XML, "<export><row><mark>A</mark></row></export>", "/row/0"),
    "an empty row among others": (
        XML,
        "<export><row/><row><user><id>1</id></user></row></export>",
        "/row/0",
    ),
    "a text in place of a row": (XML, "<export><row>A</row></export>", "/row/0"),
    "an unnamed element": (XML, "<export><x/></export>", "x"),
    "a form without indexes": (FORM, "participants[userId]=1", "/participants"),
    "a form that is flat": (FORM, "participants=1", "/participants"),
    "a form with a gap": (FORM, "participants[1][userId]=1", "no index 0"),
    "a form with two marks": (FORM, "participants[0][mark]=A&participants[0][mark]=A", "twice"),
}


@pytest.mark.parametrize(("mapping", "body", "reason"), BAD.values(), ids=BAD)
def test_a_wrong_body_is_refused_with_its_place(
    mapping: BodyMapping, body: str, reason: str
) -> None:
    with pytest.raises((Malformed, Invalid)) as caught:
        reader(mapping).read(body.encode())
    told = [str(caught.value)]
    if isinstance(caught.value, Invalid):
        told = [f"{each.pointer} {each.message}" for each in caught.value.problems]
    assert any(reason in text for text in told)


def test_an_unknown_charset_of_xml_is_refused() -> None:
    with pytest.raises(WrongType):
        reader(XML).read(b"<export/>", "x-unknown")


IMPOSSIBLE: dict[str, tuple[BodyMapping, str]] = {
    "no userId": (BodyMapping(user_id=False), "/userId"),
    "no grade": (BodyMapping(mark=False, admin_grade=False), "/adminGrade"),
    "two fields under one name": (BodyMapping(mark="userId"), "/mark"),
    "a field inside another": (BodyMapping(user_id="user", admin_grade="user.x"), "/adminGrade"),
    "an XML name that is none": (BodyMapping(format="xml", mark="final mark"), "/mark"),
    "an XML name that starts with a digit": (BodyMapping(format="xml", list="a.1"), "/list"),
    "an XML name that is reserved": (BodyMapping(format="xml", root="xmlExport"), "/root"),
    "XML without row elements": (BodyMapping(format="xml", list=""), "/list"),
    "a form without an index": (BodyMapping(format="form"), "/index"),
    "an index in JSON": (BodyMapping(index="dots"), "/index"),
    "a form with a field of digits": (BodyMapping(format="form", index="dots", mark="1"), "/mark"),
    "a form with a bracket": (BodyMapping(format="form", index="dots", list="p[]"), "/list"),
}


@pytest.mark.parametrize(("mapping", "pointer"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_mapping_that_cannot_work_is_found(mapping: BodyMapping, pointer: str) -> None:
    (problem,) = body_problems(mapping)
    assert problem.pointer == pointer


# --- reports -----------------------------------------------------------------------------------

REPORT = Report(2, 1, [("1001", "closed & sealed")])
ANSWERS: dict[str, tuple[AnswerMapping, str, Report]] = {
    "the standard": (
        AnswerMapping(),
        '{"numberOfSuccess":2,"numberOfErrors":1,'
        '"errors":[{"userId":"1001","errorInfo":"closed & sealed"}]}',
        REPORT,
    ),
    "other names": (
        AnswerMapping(
            successes="n.ok", failures="n.bad", errors="e", user_id="user.id", error_info="t"
        ),
        '{"n":{"ok":2,"bad":1},"e":[{"user":{"id":"1001"},"t":"closed & sealed"}]}',
        REPORT,
    ),
    "errors alone": (
        AnswerMapping(successes=False, failures=False, errors=""),
        '[{"userId":"1001","errorInfo":"closed & sealed"}]',
        Report(None, None, REPORT.errors),
    ),
    "one count": (
        AnswerMapping(failures=False),
        '{"numberOfSuccess":2,"errors":[{"userId":"1001","errorInfo":"closed & sealed"}]}',
        Report(2, None, REPORT.errors),
    ),
    "XML": (
        AnswerMapping(format="xml", root="report", errors="errors.error"),
        XML_HEAD + "<report><numberOfSuccess>2</numberOfSuccess>"
        "<numberOfErrors>1</numberOfErrors><errors><error><userId>1001</userId>"
        "<errorInfo>closed &amp; sealed</errorInfo></error></errors></report>",
        REPORT,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "body", "report"), ANSWERS.values(), ids=ANSWERS)
def test_a_report_is_written_and_read(answer: AnswerMapping, body: str, report: Report) -> None:
    assert list(answer_problems(answer)) == []
    assert write_report(REPORT, answer).decode() == body
    assert read_report(body.encode(), answer) == report


@pytest.mark.parametrize("answer", [case[0] for case in ANSWERS.values()], ids=ANSWERS)
def test_a_report_without_errors_is_read_too(answer: AnswerMapping) -> None:
    found = read_report(write_report(Report(3, 0, []), answer), answer)
    counts = [
        None if each is False else n for n, each in ((3, answer.successes), (0, answer.failures))
    ]
    assert found == Report(*counts, [])


def test_an_empty_list_of_errors_in_xml_has_no_error() -> None:
    answer = AnswerMapping(format="xml", errors="errors.error", successes=False, failures=False)
    body = write_report(Report(1, 0, []), answer).decode()
    assert body == XML_HEAD + "<result><errors /></result>"


def test_an_institution_without_reports_answers_nothing() -> None:
    answer = AnswerMapping(format="none", status=204)
    assert list(answer_problems(answer)) == []
    assert write_report(REPORT, answer) == b""
    with pytest.raises(Malformed):
        read_report(b"", answer)


NO_REPORT = ["", "7", "[]", "{}", '{"numberOfSuccess":"x","numberOfErrors":0,"errors":[]}', "<a/>"]


@pytest.mark.parametrize("body", NO_REPORT)
@pytest.mark.parametrize("answer", [AnswerMapping(), AnswerMapping(format="xml")])
def test_what_is_no_report_is_not_read_as_one(body: str, answer: AnswerMapping) -> None:
    with pytest.raises(Malformed):
        read_report(body.encode(), answer)


BAD_ANSWERS: dict[str, tuple[AnswerMapping, list[str]]] = {
    "a 204 with a body": (AnswerMapping(status=204), ["/status"]),
    "counts in a list": (AnswerMapping(errors=""), ["/numberOfSuccess", "/numberOfErrors"]),
    "two counts under one name": (AnswerMapping(failures="numberOfSuccess"), ["/numberOfErrors"]),
    "errors inside a count": (AnswerMapping(errors="numberOfErrors.x"), ["/errors"]),
    "two fields under one name": (AnswerMapping(error_info="userId"), ["/errorInfo"]),
    "an XML name that is none": (AnswerMapping(format="xml", error_info="a b"), ["/errorInfo"]),
    "XML without error elements": (
        AnswerMapping(format="xml", errors="", successes=False, failures=False),
        ["/errors"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "pointers"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_an_answer_that_cannot_work_is_found(answer: AnswerMapping, pointers: list[str]) -> None:
    assert [problem.pointer for problem in answer_problems(answer)] == pointers
