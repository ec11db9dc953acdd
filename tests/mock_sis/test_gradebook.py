"""The gradebook: what it holds, what it refuses, and that its snapshot depends on nothing else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from mock_sis.errors import Conflict, NotFound
from mock_sis.gradebook import (
    Enrollment,
    Gradebook,
    Identifier,
    Level,
    Person,
    Range,
    Scale,
    Section,
    key,
)
from mock_sis.media import encode_json

LETTERS = Scale("letters", "A to F", (Level("A", 95), Level("0", 12)))
POINTS = Scale("points", "Points", range=Range(0, 100))
BOTH = Scale("both", "Points or pass", (Level("pass", 1),), Range(-5, 5))


@pytest.fixture
def book() -> Gradebook:
    made = Gradebook()
    made.add_scale(LETTERS)
    for person in (Person(1, "Å", "O'N"), Person("x", "B", "C")):
        made.add_person(person)
    made.add_section(Section("s", "S", "UNI||S", "letters"))
    made.add_section(Section("free", "Free"))
    made.enroll("s", Enrollment("1"))
    return made


VALUES: list[tuple[Scale, str, float | None]] = [
    (LETTERS, "A", 95),
    (LETTERS, "0", 12),
    (LETTERS, "a", None),
    (LETTERS, "", None),
    (LETTERS, "95", None),
    (POINTS, "0", 0),
    (POINTS, "100", 100),
    (POINTS, "6.5", 6.5),
    (POINTS, "100.0001", None),
    (POINTS, "-0.1", None),
    (POINTS, "-0", 0),
    (POINTS, "1e1", None),
    (POINTS, "nan", None),
    (POINTS, "inf", None),
    (POINTS, " 7", None),
    (POINTS, "1_0", None),
    (POINTS, "٧", None),
    (POINTS, "²", None),
    (POINTS, "7.", None),
    (POINTS, ".7", None),
    (POINTS, "--7", None),
    (POINTS, "9" * 400, None),
    (POINTS, "", None),
    (BOTH, "pass", 1),
    (BOTH, "-5", -5),
    (BOTH, "fail", None),
]


@pytest.mark.parametrize(("scale", "mark", "value"), VALUES)
def test_a_scale_says_what_a_mark_is_worth(scale: Scale, mark: str, value: float | None) -> None:
    assert scale.value(mark) == value


REFUSED: dict[str, tuple[Callable[[Gradebook], object], type[Exception]]] = {
    "a person twice": (lambda book: book.add_person(Person(1, "", "")), Conflict),
    "a person in another spelling": (lambda book: book.add_person(Person("1", "", "")), Conflict),
    "a scale twice": (lambda book: book.add_scale(Scale("letters", "")), Conflict),
    "a section twice": (lambda book: book.add_section(Section("s", "")), Conflict),
    "an SIS code twice": (lambda book: book.add_section(Section("t", "", "UNI||S")), Conflict),
    "a scale that is not there": (
        lambda book: book.add_section(Section("t", "", "t", "nowhere")),
        NotFound,
    ),
    "an enrollment twice": (lambda book: book.enroll("s", Enrollment("1")), Conflict),
    "enrolling nobody": (lambda book: book.enroll("s", Enrollment("9")), NotFound),
    "enrolling nowhere": (lambda book: book.enroll("t", Enrollment("1")), NotFound),
    "a section that is not there": (lambda book: book.section("t"), NotFound),
    "a result nowhere": (lambda book: book.register("t", 1, "A", "", 0, ""), NotFound),
    "a result for a stranger": (lambda book: book.register("s", 9, "A", "", 0, ""), NotFound),
    "a result for somebody else's class": (
        lambda book: book.register("s", "x", "A", "", 0, ""),
        NotFound,
    ),
    "withdrawing a stranger": (lambda book: book.withdraw("s", "x"), NotFound),
    "withdrawing nowhere": (lambda book: book.withdraw("t", 1), NotFound),
    "closing nothing": (lambda book: book.set_state("t", "closed"), NotFound),
}


@pytest.mark.parametrize(("change", "error"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_and_changes_nothing(
    book: Gradebook, change: Callable[[Gradebook], object], error: type[Exception]
) -> None:
    before = encode_json(book.snapshot())
    with pytest.raises(error):
        change(book)
    assert encode_json(book.snapshot()) == before
    assert book.section_by_sis_code("t") is None


@pytest.mark.parametrize("spelled", [1, "1"])
def test_an_id_is_the_same_person_as_number_and_as_text(
    book: Gradebook, spelled: Identifier
) -> None:
    book.register("s", spelled, "A", "", 5.0, "me")
    assert key(spelled) in book.scores("s/exam")
    assert book.enrollment("s", spelled).person == "1"


def test_a_result_remembers_what_when_and_who(book: Gradebook) -> None:
    score = book.register("s", 1, "A", "", 5.0, "me")
    assert (score.person, score.mark, score.admin_grade) == ("1", "A", "")
    assert (score.value, score.at, score.by, score.counts) == (95, 5.0, "me", "A")


def test_results_are_registered_all_or_none(book: Gradebook) -> None:
    book.enroll("s", Enrollment("x"))
    with pytest.raises(NotFound, match="'9' is not enrolled"):
        book.register_all("s", [(1, "A", ""), (9, "A", ""), ("x", "A", "")], 5.0, "me")
    assert book.scores("s/exam") == {}
    made = book.register_all("s", [(1, "A", ""), ("x", "A", "0")], 5.0, "me")
    assert [score.value for score in made] == [95, 12]
    assert list(book.scores("s/exam").values()) == made


def test_the_alternative_grade_counts_where_there_is_one(book: Gradebook) -> None:
    score = book.register("s", 1, "A", "0", 5.0, "me")
    assert (score.value, score.counts) == (12, "0")


def test_a_result_has_no_value_without_a_scale(book: Gradebook) -> None:
    book.enroll("free", Enrollment("x"))
    assert book.register("free", "x", "anything", "", 0, "").value is None


def test_a_second_result_replaces_the_first(book: Gradebook) -> None:
    book.register("s", 1, "A", "", 5.0, "me")
    book.register("s", 1, "0", "", 6.0, "you")
    assert [score.mark for score in book.scores("s/exam").values()] == ["0"]


def test_a_participant_is_withdrawn_and_taken_back(book: Gradebook) -> None:
    book.withdraw("s", 1)
    assert book.enrollment("s", 1).state == "withdrawn"
    book.withdraw("s", 1, back=True)
    assert book.enrollment("s", 1).state == "active"


def test_a_section_is_closed_and_opened(book: Gradebook) -> None:
    book.set_state("s", "closed")
    found = book.section_by_sis_code("UNI||S")
    assert found is not None
    assert found.state == "closed"
    book.set_state("s", "open")
    assert book.section("s").state == "open"


def test_sections_without_an_sis_code_do_not_collide(book: Gradebook) -> None:
    book.add_section(Section("free2", "Free"))
    assert book.section_by_sis_code("") is None


def test_the_snapshot_does_not_depend_on_the_order_of_adding() -> None:
    people = (Person(2, "", ""), Person("1", "", ""), Person(10, "", ""))
    snapshots = set()
    for order in permutations(people):
        book = Gradebook()
        book.add_section(Section("s", ""))
        for person in order:
            book.add_person(person)
            book.enroll("s", Enrollment(key(person.id)))
            book.register("s", person.id, "A", "", 0, "")
        snapshots.add(encode_json(book.snapshot()))
    assert len(snapshots) == 1


def test_the_snapshot_shows_every_change(book: Gradebook) -> None:
    seen = [encode_json(book.snapshot())]
    changes: list[Callable[[], object]] = [
        lambda: book.register("s", 1, "A", "", 5.0, "me"),
        lambda: book.register("s", 1, "A", "", 6.0, "me"),
        lambda: book.register("s", 1, "A", "0", 6.0, "me"),
        lambda: book.withdraw("s", 1),
        lambda: book.set_state("s", "closed"),
        lambda: book.add_person(Person(3, "", "")),
        lambda: book.add_scale(POINTS),
    ]
    for change in changes:
        change()
        seen.append(encode_json(book.snapshot()))
    assert len(set(seen)) == len(seen)
