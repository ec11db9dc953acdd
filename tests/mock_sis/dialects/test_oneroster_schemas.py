"""The schemas of the OneRoster dialect take what the specification lets be, and nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from helpers.simulator.oneroster_bodies import ERROR, OBJECTS, PAIRS, REQUIRED, guid
from helpers.simulator.oneroster_contract import FILES, ONES
from mock_sis.contracts.contract import Contract, contract, document
from mock_sis.contracts.package_files import package_folder

ALWAYS = {"sourcedId", "status", "dateLastModified"}
WRITABLE = ("category", "line-item", "result", "score-scale")
NAMES = {file: name for name, file in ONES.items()}
LISTS = {file: name for name, file in FILES.items()}


def schema(name: str) -> Contract:
    file, _, inner = name.partition("#")
    return contract(f"oneroster/{file}.schema.json" + (f"#/$defs/{inner}" if inner else ""))


def changed(sample: Any, pointer: str, value: Any) -> Any:
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


def test_every_object_has_a_schema_and_a_sound_example() -> None:
    found = {path.name for path in (package_folder("schemas") / "oneroster").glob("*.schema.json")}
    names = {*OBJECTS, "common", "envelopes", "error", "policy"}
    assert found == {f"{name}.schema.json" for name in names}
    assert set(OBJECTS) == set(REQUIRED) == set(NAMES)


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_with_every_field_is_sound(name: str) -> None:
    assert schema(name).problems(OBJECTS[name]) == []
    part = document(f"oneroster/{name}.schema.json")["$defs"]["part"]
    assert set(OBJECTS[name]) == set(part["properties"])


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_needs_what_the_specification_requires_and_no_more(name: str) -> None:
    sample = OBJECTS[name]
    needed = {
        field for field in sample if not schema(name).accepts(changed(sample, f"/{field}", ...))
    }
    assert needed == REQUIRED[name] | ALWAYS
    least = {field: sample[field] for field in needed}
    assert schema(name).problems(least) == []


@pytest.mark.parametrize("name", OBJECTS)
def test_a_part_of_an_object_needs_nothing(name: str) -> None:
    part = schema(f"{name}#part")
    assert part.problems({}) == []
    for field, value in OBJECTS[name].items():
        assert part.problems({field: value}) == []
    assert not part.accepts({"surprise": 1})


@pytest.mark.parametrize("name", OBJECTS)
def test_no_object_is_null_a_list_or_a_text(name: str) -> None:
    for wrong in (None, [], "", 1, [OBJECTS[name]]):
        assert not schema(name).accepts(wrong)
        assert not schema(f"{name}#part").accepts(wrong)


@pytest.mark.parametrize("name", OBJECTS)
def test_every_field_has_a_type(name: str) -> None:
    for field in set(OBJECTS[name]) - {"metadata"}:
        for wrong in (None, True, {"surprise": 1}, [[]]):
            assert not schema(name).accepts({**OBJECTS[name], field: wrong}), field


BROKEN: list[tuple[str, str, Any]] = [
    ("org", "/sourcedId", ""),
    ("org", "/status", "inactive"),
    ("org", "/status", "tobedeleted "),
    ("org", "/dateLastModified", "2026-11-02"),
    ("org", "/dateLastModified", "2026-11-02T08:00:00"),
    ("org", "/type", "University"),
    ("org", "/type", "ext:"),
    ("org", "/parent", {"sourcedId": "x"}),
    ("org", "/parent/href", ...),
    ("org", "/parent/href", "not a place"),
    ("org", "/parent/type", "school"),
    ("org", "/parent/sourcedId", ""),
    ("org", "/parent/name", "x"),
    ("org", "/children/0/type", "user"),
    ("org", "/surprise", 1),
    ("academic-session", "/startDate", "2026-02-31"),
    ("academic-session", "/startDate", "2026-08-15T00:00:00Z"),
    ("academic-session", "/type", "quarter"),
    ("academic-session", "/schoolYear", "26"),
    ("academic-session", "/schoolYear", 2027),
    ("course", "/schoolYear", "2027"),
    ("course", "/grades", "09"),
    ("class", "/terms", []),
    ("class", "/terms/0/type", "term"),
    ("class", "/school/type", "school"),
    ("class", "/classType", "Scheduled"),
    ("user", "/enabledUser", "yes"),
    ("user", "/roles", []),
    ("user", "/roles/0/role", "Student"),
    ("user", "/roles/0/roleType", "tertiary"),
    ("user", "/roles/0/org", ...),
    ("user", "/roles/0/beginDate", "soon"),
    ("user", "/userIds/0/type", ...),
    ("user", "/password", "hunter2"),
    ("enrollment", "/role", "aide"),
    ("enrollment", "/primary", False),
    ("enrollment", "/endDate", "2027-06-31"),
    ("category", "/weight", "12"),
    ("category", "/class", guid("class")),
    ("line-item", "/assignDate", "2026-11-02"),
    ("line-item", "/dueDate", "2026-11-31T00:00:00Z"),
    ("line-item", "/resultValueMax", "20"),
    ("line-item", "/category/type", "class"),
    ("line-item", "/learningObjectiveSet/0/learningObjectiveIds", []),
    ("line-item", "/learningObjectiveSet/0/source", ...),
    ("result", "/scoreStatus", "fullyGraded"),
    ("result", "/scoreStatus", "Fully graded"),
    ("result", "/score", "21.5"),
    ("result", "/score", None),
    ("result", "/scoreDate", "2026-11-21T00:00:00Z"),
    ("result", "/student/type", "student"),
    ("result", "/late", "maybe"),
    ("result", "/learningObjectiveSet/0/learningObjectiveResults", []),
    ("result", "/learningObjectiveSet/0/learningObjectiveResults/0/score", "1"),
    ("score-scale", "/scoreScaleValue", []),
    ("score-scale", "/scoreScaleValue/0/itemValueRHS", 95),
    ("score-scale", "/scoreScaleValue/0/itemValueLHS", ...),
]


@pytest.mark.parametrize(("name", "pointer", "value"), BROKEN)
def test_broken_objects_are_not_taken(name: str, pointer: str, value: Any) -> None:
    broken = changed(OBJECTS[name], pointer, value)
    assert not schema(name).accepts(broken)
    if name in WRITABLE:
        assert not schema(f"{name}#strict").accepts(broken)


WORDS = [
    ("org", "/type"),
    ("academic-session", "/type"),
    ("class", "/classType"),
    ("user", "/roles/0/role"),
    ("enrollment", "/role"),
    ("result", "/scoreStatus"),
]


@pytest.mark.parametrize(("name", "pointer"), WORDS)
def test_a_vocabulary_may_be_extended(name: str, pointer: str) -> None:
    assert schema(name).accepts(changed(OBJECTS[name], pointer, "ext:a.b-c_1"))
    assert not schema(name).accepts(changed(OBJECTS[name], pointer, "ext:a b"))


NUMBERS = [
    ("category", "weight"),
    ("line-item", "resultValueMin"),
    ("line-item", "resultValueMax"),
    ("result", "score"),
]
NEEDED = {
    "category": {"title"},
    "line-item": {"title", "assignDate", "class"},
    "result": {"lineItem", "student", "scoreDate"},
    "score-scale": {"title", "type", "class", "scoreScaleValue"},
}
"""The fields that the lenient profile needs."""
LENIENT: list[tuple[str, str, Any]] = [
    *((name, f"/{field}", ...) for name in WRITABLE for field in sorted(ALWAYS)),
    *((name, "/dateLastModified", "2026-11-02") for name in WRITABLE),
    *((name, "/surprise", 1) for name in WRITABLE),
    ("line-item", "/dueDate", ...),
    ("line-item", "/dueDate", "2026-11-20"),
    ("line-item", "/assignDate", "2026-11-02"),
    ("line-item", "/class", {"sourcedId": "x"}),
    ("line-item", "/class", {"sourcedId": "x", "href": "", "type": "section", "more": 1}),
    ("result", "/scoreDate", "2026-11-21T10:00:00+01:00"),
    ("result", "/student", {"sourcedId": "x"}),
    ("score-scale", "/class", {"sourcedId": "x"}),
    ("line-item", "/category", ...),
    ("result", "/scoreStatus", ...),
    *(
        (name, f"/{field}", text)
        for name, field in NUMBERS
        for text in ("18", "18.50", "-0.5", "0", "007")
    ),
    *(
        (name, f"/{field}", None)
        for name in WRITABLE
        for field in sorted(set(OBJECTS[name]) - NEEDED[name])
    ),
    *(("line-item", f"/class/{field}", None) for field in ("href", "type")),
]


@pytest.mark.parametrize(("name", "pointer", "value"), LENIENT)
def test_the_lenient_profile_takes_what_the_strict_one_does_not(
    name: str, pointer: str, value: Any
) -> None:
    sent = changed(OBJECTS[name], pointer, value)
    assert schema(f"{name}#request").problems(sent) == []
    assert not schema(f"{name}#strict").accepts(sent)


@pytest.mark.parametrize("name", WRITABLE)
def test_both_profiles_take_what_the_specification_asks_for(name: str) -> None:
    assert schema(f"{name}#strict").problems(OBJECTS[name]) == []
    assert schema(f"{name}#request").problems(OBJECTS[name]) == []


REFUSED: list[tuple[str, str, Any]] = [
    *(
        (name, f"/{field}", gone)
        for name in NEEDED
        for field in sorted(NEEDED[name])
        for gone in (..., None)
    ),
    *(
        (name, f"/{field}", text)
        for name, field in NUMBERS
        for text in ("", "x", "1e1", " 1", True)
    ),
    ("category", "/title", ""),
    ("line-item", "/class", "alg-1"),
    ("line-item", "/class", {"href": "x"}),
    ("line-item", "/category", {"sourcedId": 1}),
    ("line-item", "/category", {"sourcedId": None}),
    ("line-item", "/dueDate", ""),
    ("line-item", "/dueDate", "2026-02-31"),
    ("line-item", "/dueDate", "2026-11-20 10:00"),
    ("line-item", "/metadata", []),
    ("result", "/scoreStatus", "graded"),
    ("result", "/scoreStatus", ""),
    ("result", "/scoreDate", "2026-13-01"),
    ("result", "/late", True),
    ("score-scale", "/scoreScaleValue", []),
]


@pytest.mark.parametrize(("name", "pointer", "value"), REFUSED)
def test_the_lenient_profile_has_its_limits(name: str, pointer: str, value: Any) -> None:
    assert not schema(f"{name}#request").accepts(changed(OBJECTS[name], pointer, value))


@pytest.mark.parametrize("name", OBJECTS)
def test_an_answer_is_one_object_or_a_list_under_its_name(name: str) -> None:
    one, many, sample = NAMES[name], LISTS[name], OBJECTS[name]
    single = schema(f"envelopes#{one}")
    page = schema(f"envelopes#{many}" if many != one else f"envelopes#{many}List")
    assert single.problems({one: sample}) == []
    assert page.problems({many: [sample, sample]}) == []
    assert page.problems({many: []}) == []
    for wrong in (sample, {}, {one: [sample]}, {f"{one}s": sample}, {one: sample, "more": 1}):
        assert not single.accepts(wrong)
    for wrong in ([sample], {}, {many: sample}, {f"{many}s": [sample]}, {many: [], "more": 1}):
        assert not page.accepts(wrong)


@pytest.mark.parametrize("form", ["Request", "Strict"])
@pytest.mark.parametrize("name", WRITABLE)
def test_a_request_is_one_object_or_a_list_under_its_name(name: str, form: str) -> None:
    one, many, sample = NAMES[name], LISTS[name], OBJECTS[name]
    assert schema(f"envelopes#{one}{form}").problems({one: sample}) == []
    for wrong in (sample, {}, {one: [sample]}, {one: {}}, {one: None}):
        assert not schema(f"envelopes#{one}{form}").accepts(wrong)
    if name in ("line-item", "result"):
        assert schema(f"envelopes#{many}{form}").problems({many: [sample]}) == []
        for wrong in ([sample], {many: []}, {many: sample}, {many: [{}]}, {many: None}):
            assert not schema(f"envelopes#{many}{form}").accepts(wrong)


FIELD = "/imsx_CodeMinor/imsx_codeMinorField"
OFF: list[tuple[str, Any]] = [
    *((f"/{name}", ...) for name in ERROR),
    ("/imsx_codeMajor", "success"),
    ("/imsx_severity", "warning"),
    ("/imsx_description", ""),
    ("/imsx_codeMinor", {}),
    (FIELD, []),
    (f"{FIELD}/0/imsx_codeMinorFieldValue", "unknown object"),
    (f"{FIELD}/0/imsx_codeMinorFieldValue", "fullsuccess"),
    (f"{FIELD}/0/imsx_codeMinorFieldName", ...),
]


@pytest.mark.parametrize(("pointer", "value"), OFF)
def test_an_error_says_what_the_specification_says(pointer: str, value: Any) -> None:
    assert schema("error").problems(ERROR) == []
    assert not schema("error").accepts(changed(ERROR, pointer, value))
    assert not schema("error").accepts({"imsx_StatusInfo": ERROR})


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/sourcedIdPairs", ...),
        ("/sourcedIdPairs", {}),
        ("/sourcedIdPairs/0/suppliedSourcedId", ...),
        ("/sourcedIdPairs/0/allocatedSourcedId", ""),
        ("/sourcedIdPairs/0/surprise", ""),
    ],
)
def test_pairs_name_what_was_sent_and_what_became_of_it(pointer: str, value: Any) -> None:
    assert schema("envelopes#sourcedIdPairs").problems(PAIRS) == []
    assert not schema("envelopes#sourcedIdPairs").accepts(changed(PAIRS, pointer, value))
