"""The XML Schemas of the Schoology dialect: the samples keep them, broken bodies do not, and they
say of every body what its JSON Schema says."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from helpers.simulator.schoology_bodies import SOUND
from helpers.simulator.schoology_desk import MATH, PLAIN, Desk
from helpers.simulator.schoology_samples import PUT_COMMENTS_XML, SAMPLES
from mock_sis.contracts.contract import contract, document
from mock_sis.contracts.package_files import package_folder
from mock_sis.contracts.xsd import problems
from mock_sis.errors import Malformed
from mock_sis.formats.xml_text import encode_xml

NEW = "assignment-request#/$defs/new"
BODIES = {name: bodies for name, bodies in SOUND.items() if name != "links"}


def problems_of(name: str, body: bytes) -> list[tuple[str, str]]:
    """What is wrong, by the XML Schema that goes with the JSON Schema of that name."""
    found = problems(f"schoology/{name.replace('#/$defs/', '-')}.xsd", body)
    return [(problem.pointer, problem.message) for problem in found]


def written(name: str, data: Any) -> bytes:
    return encode_xml(data, "body" if "request" in name else "result")


def test_every_body_has_both_schemas() -> None:
    folder = package_folder("schemas") / "schoology"
    ours = {path.name.removesuffix(".xsd") for path in folder.glob("*.xsd")} - {"common"}
    named = {path.name for path in folder.glob("*.schema.json")}
    bodies = {name for name in named if "xml" in document(f"schoology/{name}")}
    assert ours == {name.removesuffix(".schema.json") for name in bodies} | {
        "assignment-request-new"
    }


def named_in(schema: Any) -> Iterator[str]:
    """The members that a schema names, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
    for inner in schema.values() if isinstance(schema, dict) else ():
        yield from named_in(inner)


def said(name: str, data: Any) -> Any:
    """A body; a request without the members that are ignored, since a schema in XML names only
    what is read."""
    if "request" not in name:
        return data
    read = set(named_in(document(f"schoology/{name.partition('#')[0]}.schema.json")))
    return trimmed(data, read)


def trimmed(data: Any, read: set[str]) -> Any:
    if isinstance(data, dict):
        return {name: trimmed(value, read) for name, value in data.items() if name in read}
    return [trimmed(item, read) for item in data] if isinstance(data, list) else data


@pytest.mark.parametrize(
    ("name", "data"), [(name, data) for name in BODIES for data in BODIES[name]]
)
def test_sound_bodies_keep_their_schema(name: str, data: Any) -> None:
    assert problems_of(name, written(name, said(name, data))) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_keep_their_schema(name: str) -> None:
    assert problems_of(name, SAMPLES[name][1].encode()) == []


def test_the_sample_of_final_comments_keeps_it_too() -> None:
    assert problems_of("grades-request", PUT_COMMENTS_XML.encode()) == []


CONDITIONAL = {
    "/grades/grade/1/message": "a message comes with an error",
    "/final_comments/final_comment/1/message": "a message comes with an error",
    "/links": "links and total come together",
    "/total": "links and total come together",
}
"""Members that JSON Schema wants in some bodies, which XML Schema 1.0 has no words for."""


EMPTIED = {"grades-request": {"/grades/grade", "/final_comments/final_comment"}}
"""Members without which their object is empty, which in XML is also a list without items."""


def places(data: Any, at: str = "") -> Iterator[str]:
    """The pointers of every member of every object."""
    items = data.items() if isinstance(data, dict) else ()
    rows = enumerate(data) if isinstance(data, list) else ()
    for name, value in (*items, *rows):
        if isinstance(data, dict):
            yield f"{at}/{name}"
        yield from places(value, f"{at}/{name}")


def without(data: Any, place: str) -> Any:
    """A copy without the member at that pointer."""
    changed = copy.deepcopy(data)
    *path, name = place.split("/")[1:]
    inner = changed
    for step in path:
        inner = inner[int(step) if isinstance(inner, list) else step]
    del inner[name]
    return changed


def with_stranger(data: Any, place: str) -> Any:
    """A copy with a member that no schema names, beside the one at that pointer."""
    changed = copy.deepcopy(data)
    inner = changed
    for step in place.split("/")[1:-1]:
        inner = inner[int(step) if isinstance(inner, list) else step]
    inner["stranger"] = "1"
    return changed


def cases() -> Iterator[tuple[str, int, str]]:
    for name, bodies in BODIES.items():
        for number, data in enumerate(bodies):
            yield from ((name, number, place) for place in places(said(name, data)))


@pytest.mark.parametrize("name", BODIES)
def test_both_schemas_agree_on_what_may_be_left_out(name: str) -> None:
    file, hash_, inner = name.partition("#")
    in_json = contract(f"schoology/{file}.schema.json{hash_}{inner}")
    differing = {
        place
        for each, number, place in cases()
        if each == name and (place not in CONDITIONAL or "request" in name)
        for data in [without(BODIES[name][number], place)]
        if in_json.accepts(data) != (problems_of(name, written(name, said(name, data))) == [])
    }
    assert differing == EMPTIED.get(name, set())


@pytest.mark.parametrize("name", [name for name in BODIES if "request" not in name])
def test_answers_have_no_element_that_is_not_named(name: str) -> None:
    taken = [
        place
        for each, number, place in cases()
        if each == name
        and not problems_of(name, written(name, with_stranger(BODIES[name][number], place)))
    ]
    assert taken == []


BROKEN: list[tuple[str, str, str, str]] = [
    ("grades", "<enrollment_id>44783151", "<enrollment_id>x", "/grades/grade/enrollment_id"),
    ("grades", "<grade>80</grade>", "<grade>A</grade>", "/grades/grade/grade"),
    ("grades", "<exception>0", "<exception>4", "/grades/grade/exception"),
    ("grades", "<timestamp>", "<timestamp>-", "/grades/grade/timestamp"),
    ("grades", "<pending />", "<pending>1</pending>", "/grades/grade/pending"),
    ("grades", "<type>assignment", "<type>quiz", "/grades/grade/type"),
    ("grades", "<weight>100.00", "<weight>100", "/period/weight"),
    ("grades", "<period_id>other", "<period_id>13011", "/final_grade/period/1/period_id"),
    ("grades", "<is_final>0", "<is_final>false", "/grades/grade/is_final"),
    ("grades", "</exception>", "</exception><exception>0</exception>", "/grades/grade/exception/1"),
    ("user-grades", "<period_id>final", "<period_id>b1", "/section/final_grade/1/period_id"),
    ("user-grades", "<id>3081", "<id>p3081", "/section/grading_category/0/id"),
    ("user-grades", "<section_id>4318461</section_id>", "", "/section/period"),
    ("grades-request", "grades>", "marks>", "/marks"),
    ("grades-request", "<grade>99</grade>", "<grade><b/></grade>", "/grades/grade/0/grade"),
    ("grades-request", "<assignment_id>5007606</assignment_id>", "", "/grades/grade/0"),
    ("grades-request", "<type>assignment</type>", "<mark>1</mark>", "/grades/grade/0/mark"),
]


@pytest.mark.parametrize(("name", "old", "new", "pointer"), BROKEN)
def test_broken_samples_do_not_keep_it(name: str, old: str, new: str, pointer: str) -> None:
    sample = SAMPLES[name][1]
    assert old in sample
    assert pointer in [place for place, _ in problems_of(name, sample.replace(old, new).encode())]


OTHERS: list[tuple[str, bytes, str]] = [
    ("grades-request", b"<body/>", ""),
    ("grades-request", b"<body>80</body>", ""),
    ("grades-request", b"<grades><grade/></grades>", ""),
    ("assignment-request", b"<body><title/></body>", "/title"),
    ("assignment-request", b"<body><due>tomorrow</due></body>", "/due"),
    ("assignment-request", b"<body><max_points>-1</max_points></body>", "/max_points"),
    ("assignment-request", b"<body><grading_period>p1</grading_period></body>", "/grading_period"),
    (NEW, b"<body><due/></body>", ""),
    ("app-user-info", b"<result/>", ""),
]


@pytest.mark.parametrize(("name", "body", "pointer"), OTHERS)
def test_other_xml_does_not_keep_it(name: str, body: bytes, pointer: str) -> None:
    assert pointer in [place for place, _ in problems_of(name, body)]


BLANKS = [
    "<due> </due>",
    "<due>2026-06-20 12:00:00 </due>",
    "<grading_period> 31</grading_period>",
    "<is_final>\n1</is_final>",
    "<max_points> 5</max_points>",
    "<type>assignment </type>",
]


@pytest.mark.parametrize("field", BLANKS)
def test_blanks_around_a_value_are_refused_by_the_schema_and_by_the_simulator(field: str) -> None:
    body = f"<body><title>x</title>{field}</body>".encode()
    assert problems_of("assignment-request", body) != []
    reply, _ = Desk().call("PUT", f"{MATH}/assignments/{PLAIN}", body, "text/xml")
    assert reply.status == 400


def test_attributes_are_not_part_of_any_body() -> None:
    assert problems_of("assignment-request", b'<body a="1"><title>x</title></body>') != []


def test_only_the_first_problems_are_told() -> None:
    body = b"<body><title/><due>x</due><is_final>x</is_final><type>x</type></body>"
    found = problems("schoology/assignment-request.xsd", body, most=2)
    assert len(found) == 3
    assert "more than 2 errors" in found[-1].message


def test_what_is_no_xml_is_malformed() -> None:
    with pytest.raises(Malformed):
        problems("schoology/grades.xsd", b"{}")


def test_a_list_of_ten_thousand_grades_is_judged() -> None:
    row = b"<grade><assignment_id>1</assignment_id><enrollment_id>2</enrollment_id></grade>"
    body = b"<body><grades>" + row * 10_000 + b"<grade><x/></grade></grades></body>"
    (problem,) = problems("schoology/grades-request.xsd", body)
    assert problem.pointer == "/grades/grade/10000/x"
