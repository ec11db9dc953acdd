"""The schemas of the Schoology dialect take the source's samples, and nothing that is broken."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from helpers.simulator.schoology_bodies import SOUND
from helpers.simulator.schoology_samples import PUT_COMMENTS_XML, SAMPLES
from mock_sis.contracts.contract import Contract, contract, document
from mock_sis.contracts.package_files import package_folder
from mock_sis.formats.xml_text import decode_xml, encode_xml

FOLDER = "schoology"
OPERATIONS = {
    "schoology.sections.get",
    "schoology.sections.grades.get",
    "schoology.sections.grades.put",
    "schoology.sections.enrollments.list",
    "schoology.sections.enrollments.get",
    "schoology.sections.assignments.list",
    "schoology.sections.assignments.get",
    "schoology.sections.assignments.post",
    "schoology.sections.assignments.put",
    "schoology.sections.assignments.delete",
    "schoology.sections.grade_items.list",
    "schoology.sections.grade_items.get",
    "schoology.sections.grading_scales.list",
    "schoology.sections.grading_categories.list",
    "schoology.sections.grading_periods.list",
    "schoology.sections.list",
    "schoology.users.list",
    "schoology.users.ext",
    "schoology.users.get",
    "schoology.users.me",
    "schoology.users.grades.get",
    "schoology.users.sections.list",
    "schoology.app_user_info",
    "schoology.openapi",
}


def schema(name: str) -> Contract:
    file, _, inner = name.partition("#")
    return contract(f"{FOLDER}/{file}.schema.json" + (f"#{inner}" if inner else ""))


def changed(sample: Any, pointer: str, value: Any = None) -> Any:
    """The sample with one place replaced, or taken out where the value is Ellipsis."""
    whole = node = copy.deepcopy(sample)
    *way, last = (int(part) if part.isdigit() else part for part in pointer.split("/")[1:])
    for part in way:
        node = node[part]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return whole


def test_every_body_has_a_schema_and_a_sound_example() -> None:
    found = {path.name for path in (package_folder("schemas") / FOLDER).glob("*.schema.json")}
    files = {name.partition("#")[0] for name in SOUND}
    assert found == {f"{name}.schema.json" for name in files | {"common", "policy"}}


def test_the_document_has_every_operation_and_no_other() -> None:
    paths = document("schoology/openapi.json")["paths"].values()
    rows = [row for item in paths for row in item.values() if isinstance(row, dict)]
    assert sorted(row["operationId"] for row in rows) == sorted(OPERATIONS)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param(name, data, id=f"{name}-{n}")
        for name in SOUND
        for n, data in enumerate(SOUND[name])
    ],
)
def test_sound_bodies_are_taken(name: str, data: Any) -> None:
    assert schema(name).problems(data) == []


GRADE = "/grades/grade/0"
FINAL = "/final_grade/0/period/0"
ITEM = "/section/0/period/0/assignment/0"
BROKEN: list[tuple[str, str, Any]] = [
    ("grades", "/grades", ...),
    ("grades", "/period", ...),
    ("grades", "/final_grade", ...),
    ("grades", "/grade", []),
    ("grades", "/grades/grade", {}),
    ("grades", "/links", {"self": ""}),
    ("grades", "/total", 1),
    *(("grades", f"{GRADE}/{field}", ...) for field in SOUND["grades"][0]["grades"]["grade"][0]),
    *(("grades", f"{GRADE}/{field}", "80") for field in ("enrollment_id", "grade", "max_points")),
    ("grades", f"{GRADE}/grade", True),
    ("grades", f"{GRADE}/exception", 4),
    ("grades", f"{GRADE}/exception", 1),
    ("grades", f"{GRADE}/timestamp", 0),
    ("grades", f"{GRADE}/timestamp", -1),
    ("grades", f"{GRADE}/comment", None),
    ("grades", f"{GRADE}/comment_status", 2),
    ("grades", f"{GRADE}/is_final", False),
    ("grades", f"{GRADE}/type", "assessment"),
    ("grades", f"{GRADE}/location", "not a place"),
    ("grades", f"{GRADE}/points", 1),
    ("grades", "/period/0/weight", 100),
    ("grades", "/period/0/weight", "100"),
    ("grades", "/period/0/period_id", "final"),
    ("grades", "/final_grade/0/enrollment_id", 44783151),
    ("grades", "/final_grade/0/scale_id", "0"),
    ("grades", f"{FINAL}/period_id", "13011"),
    ("grades", f"{FINAL}/override", 90),
    ("grades", f"{FINAL}/calculated_grade", 80),
    ("user-grades", "/links", ...),
    ("user-grades", "/links/self", ...),
    ("user-grades", "/section/0/section_id", 4318461),
    ("user-grades", "/section/0/grading_category", ...),
    ("user-grades", "/section/0/grading_category/0/id", "3081"),
    ("user-grades", "/section/0/period/0/period_id", "final"),
    ("user-grades", f"{ITEM}/enrollment_id", ...),
    ("user-grades", "/section/0/final_grade/0/weight", "100.00"),
    ("user-grades", "/section/0/final_grade/0/scale_id", ...),
    ("user-grades", "/section/0/final_grade/1/period_id", "b1"),
    ("user-grades", "/section/0/final_grade/0/grading_category/0/grade", ""),
    ("grades-request", "/grades", ...),
    ("grades-request", "/grades", []),
    ("grades-request", "/grades", "everything"),
    ("grades-request", "/grades/grade", "x"),
    ("grades-request", "/grades/grade", ...),
    ("grades-request", f"{GRADE}", ""),
    ("grades-request", f"{GRADE}", [[]]),
    ("grades-request", f"{GRADE}/enrollment_id", ...),
    ("grades-request", f"{GRADE}/assignment_id", ...),
    ("grades-request", f"{GRADE}/enrollment_id", None),
    ("grades-request", f"{GRADE}/enrollment_id", 1.5),
    ("grades-request", f"{GRADE}/grade", [80]),
    ("grades-request", f"{GRADE}/grade", True),
    ("grades-request", f"{GRADE}/comment", {"text": "x"}),
    ("grades-request", f"{GRADE}/exception", 1.5),
    ("grades-request", "/final_comments", {"final_comment": {"enrollment_id": 1, "comment": ""}}),
    ("grades-request", "/final_comments", {"final_comment": {"period_id": 1, "comment": ""}}),
    ("grades-request", "/final_comments", {"final_comment": {"enrollment_id": 1, "period_id": 2}}),
    ("grades-report", "/grades/grade/0/response_code", 100),
    ("grades-report", "/grades/grade/0/response_code", "200"),
    ("grades-report", "/grades/grade/0/response_code", 400),
    ("grades-report", "/grades/grade/0/message", "stored"),
    ("grades-report", "/grades/grade/1/message", ...),
    ("grades-report", "/grades/grade/1/message", ""),
    ("grades-report", "/grades/grade/0/enrollment_id", ...),
    ("grades-report", "/final_comments/final_comment/0/period_id", ...),
    ("section", "/id", 4318461),
    ("section", "/grading_periods", ["13011"]),
    ("section", "/options/weighted_grading_categories", 0),
    ("section", "/room", ""),
    ("user-sections", "/total", 1),
    ("user-sections", "/links", ...),
    ("enrollment", "/id", 44783151),
    ("enrollment", "/status", 1),
    ("enrollment", "/status", "6"),
    ("enrollment", "/admin", "0"),
    ("enrollments", "/total", 1),
    ("enrollments", "/enrollment/0/uid", ...),
    ("assignment", "/id", "5699937"),
    ("assignment", "/max_points", 100),
    ("assignment", "/due", "tomorrow"),
    ("assignment", "/published", True),
    ("assignments", "/total", "1"),
    ("assignments", "/assignment/0/title", ...),
    ("grade-items", "/assignment", ...),
    ("assignment-request", "/title", ""),
    ("assignment-request", "/title", 7),
    ("assignment-request", "/due", "2026-06-15"),
    ("assignment-request", "/max_points", -1),
    ("assignment-request", "/max_points", "many"),
    ("assignment-request", "/grading_period", "p1"),
    ("assignment-request", "/grading_category", -1),
    ("assignment-request", "/is_final", 2),
    ("assignment-request", "/type", "quiz"),
    ("assignment-request#/$defs/new", "/title", ...),
    ("assignment-request#/$defs/new", "/due", "soon"),
    ("grading-scales", "/grading_scale/0/id", "1"),
    ("grading-scales", "/grading_scale/0/scale/level/0/cutoff", ...),
    ("grading-scales", "/grading_scale/0/scale/level/1/grade", "A"),
    ("grading-categories", "/grading_category/0/calculation_type", 3),
    ("grading-categories", "/grading_category/0/drop_lowest", 11),
    ("grading-categories", "/total", 1),
    ("grading-periods", "/grading_period/0/start", "2012-09-17"),
    ("grading-periods", "/grading_period/0/weight", "50"),
    ("user", "/uid", 48289),
    ("users", "/user/0/uid", 48289),
    ("users", "/total", 1),
    ("users", "/links", ...),
    ("user", "/password", "hunter2"),
    ("user", "/school_uid", ...),
    ("app-user-info", "/api_uid", ...),
    ("app-user-info", "/web_session_timestamp", "1781514000"),
    ("links", "/self", ...),
    ("links", "/previous", "/v1"),
]


@pytest.mark.parametrize(("name", "pointer", "value"), BROKEN)
def test_broken_bodies_are_not(name: str, pointer: str, value: Any) -> None:
    sound = SOUND[name][1] if name == "assignment-request" else SOUND[name][0]
    assert schema(name).accepts(sound)
    assert not schema(name).accepts(changed(sound, pointer, value))


@pytest.mark.parametrize("name", SOUND)
def test_no_body_is_a_list_or_a_text(name: str) -> None:
    for wrong in (None, [], "", 1, [SOUND[name][0]]):
        assert not schema(name).accepts(wrong)


def test_every_schema_has_broken_bodies_too() -> None:
    assert {name for name, _, _ in BROKEN} == set(SOUND)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_say_the_same_in_xml(name: str) -> None:
    data, text = SAMPLES[name]
    assert decode_xml(text.encode()) == decode_xml(encode_xml(data))


@pytest.mark.parametrize("text", [SAMPLES["grades-request"][1], PUT_COMMENTS_XML])
def test_requests_in_xml_are_taken_too(text: str) -> None:
    assert schema("grades-request").problems(decode_xml(text.encode())) == []


def test_a_single_row_in_xml_is_taken() -> None:
    row = "<grade><assignment_id>1</assignment_id><enrollment_id>2</enrollment_id><grade/></grade>"
    for text in (f"<body><grades>{row}</grades></body>", f"<x><grades>{row}{row}</grades></x>"):
        assert schema("grades-request").problems(decode_xml(text.encode())) == []


@pytest.mark.parametrize("text", ["<body/>", "<grades><grade/></grades>", "<body>80</body>"])
def test_other_xml_is_not(text: str) -> None:
    assert not schema("grades-request").accepts(decode_xml(text.encode()))
