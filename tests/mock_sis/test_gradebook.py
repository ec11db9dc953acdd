"""The gradebook: what it holds, what it refuses, and that its snapshot depends on nothing else."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_sis.errors import Conflict, NotFound
from mock_sis.formats.json_text import encode_json
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.index import Span
from mock_sis.gradebook.coursework.values import Assignment, Grade, by_place
from mock_sis.gradebook.values import (
    Enrollment,
    Identifier,
    Person,
    Range,
    Scale,
    ScaleLevel,
    Section,
    key,
)

LETTERS = Scale("letters", "A to F", (ScaleLevel("A", 95), ScaleLevel("0", 12)))
POINTS = Scale("points", "Points", range=Range(0, 100))
TENTHS = Scale("tenths", "Tenths", range=Range(0.1, 0.3))
BOTH = Scale("both", "Points or pass", (ScaleLevel("pass", 1),), Range(-5, 5))


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
    (POINTS, "100.0000000000000000001", None),
    (POINTS, "99.9999999999999999999", 100),
    (POINTS, "100.0000000000000000000", 100),
    (POINTS, "-0.0000000000000000001", None),
    (POINTS, "-0." + "0" * 400 + "1", None),
    (POINTS, "0.0000000000000000001", 1e-19),
    (TENTHS, "0.1", 0.1),
    (TENTHS, "0.10000000000000000001", 0.1),
    (TENTHS, "0.09999999999999999999", None),
    (TENTHS, "0.3", 0.3),
    (TENTHS, "0.30000000000000000001", None),
    (TENTHS, "0.29999999999999999999", 0.3),
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


SECTIONS = ("a", "b/2", "c")
PLACES = st.tuples(st.sampled_from(SECTIONS), st.sampled_from([1, 2]), st.sampled_from([1, 2]))
WRITES = st.tuples(st.just("put"), PLACES, st.sampled_from([1.0, 2.0, 2.5]))
TAKINGS = st.tuples(st.sampled_from(["take", "clear"]), PLACES, st.just(0.0))
LATE = Span(lambda at: at >= 2.0, lambda at: at > 2.0)


@given(st.lists(WRITES | TAKINGS, max_size=12), st.integers(0, 4), st.integers(1, 4))
def test_a_page_of_all_grades_is_part_of_what_a_walk_through_all_sections_finds(
    steps: list[tuple[str, tuple[str, int, int], float]], start: int, limit: int
) -> None:
    book, model = Gradebook(), dict[tuple[str, int, int], float]()
    for number, (kind, place, at) in enumerate(steps):
        section, assignment, enrollment = place
        if section not in book.sections:  # the last of them come after the first listing
            book.add_section(Section(section, section))
            book.add_assignment(section, Assignment(1, ""))
            book.add_assignment(section, Assignment(2, ""))
            book.put_grades(section, by_place([Grade(1, 9, None, 2.0, "seed")]))
            model[(section, 1, 9)] = 2.0
        if kind == "put":
            grade = Grade(assignment, enrollment, float(number), at, "test")
            book.put_grades(section, by_place([grade]))
            model[place] = at
        elif kind == "take":
            book.remove_grade(section, assignment, enrollment)
            model.pop(place, None)
        else:
            book.remove_assignment(section, assignment)
            book.add_assignment(section, Assignment(assignment, ""))
            model = {each: at for each, at in model.items() if each[:2] != place[:2]}
        by_where = sorted(model)
        late = sorted((at, *each) for each, at in model.items() if at == 2.0)
        for span, right in ((None, by_where), (LATE, [each[1:] for each in late])):
            found, total = book.page(start, limit, span)
            stand = [(found.id, grade.assignment, grade.enrollment) for found, grade in found]
            assert (stand, total) == (right[start : start + limit], len(right))
            for where, grade in found:
                assert grade is book.coursework(where.id).grade(grade.assignment, grade.enrollment)


def graded(points: float | None) -> Callable[[Gradebook], object]:
    def change(book: Gradebook) -> None:
        (enrollment,) = book.enrollments_by_id("exam")
        book.put_grades("exam", by_place([Grade(1, enrollment, points, 6.0, "test")]))

    return change


def ungraded(book: Gradebook) -> None:
    (enrollment,) = book.enrollments_by_id("exam")
    book.remove_grade("exam", 1, enrollment)


EXAM: dict[str, tuple[Callable[[Gradebook], object], list[str], list[float | None]]] = {
    "nothing": (lambda book: None, ["A"], [95]),
    "another mark": (lambda book: book.register("exam", 1, "0", "", 6.0, "test"), ["0"], [12]),
    "an alternative": (lambda book: book.register("exam", 1, "A", "0", 6.0, "test"), ["0"], [12]),
    "a mark's points": (graded(12), ["0"], [12]),
    "other points": (graded(50), ["50"], [50]),
    "no points": (graded(None), [], [None]),
    "no grade": (ungraded, [], []),
    "no assignment": (lambda book: book.remove_assignment("exam", 1), ["A"], []),
}


@pytest.mark.parametrize(("change", "marks", "points"), EXAM.values(), ids=EXAM)
def test_a_mark_its_grade_and_the_indexes_agree(
    book: Gradebook,
    change: Callable[[Gradebook], object],
    marks: list[str],
    points: list[float | None],
) -> None:
    book.add_section(Section("exam", "Exam", scale="letters", exam_assignment=1))
    book.add_assignment("exam", Assignment(1, ""))
    book.enroll("exam", Enrollment("1"))
    book.register("exam", 1, "A", "", 5.0, "test")
    anytime = Span(lambda at: True)
    assert book.page(0, 9, anytime)[1] == book.page(0, 9)[1] == 1  # the indexes exist from here on
    change(book)
    assert [score.counts for score in book.scores("exam/exam").values()] == marks
    work = book.coursework("exam")
    for grades in (
        work.grades.values(),
        work.page(0, 9)[0],
        work.page(0, 9, span=anytime)[0],
        [grade for _, grade in book.page(0, 9)[0]],
        [grade for _, grade in book.page(0, 9, anytime)[0]],
    ):
        assert [grade.grade for grade in grades] == points


def test_an_index_that_nobody_asked_for_is_not_kept() -> None:
    """A bulk export that nobody lists need not pay for lists."""
    book = Gradebook()
    book.add_section(Section("a", "A"))
    book.add_assignment("a", Assignment(1, ""))
    book.put_grades("a", by_place([Grade(1, 1, None, 0.0, "test")]))
    assert book._everywhere.index is None
    assert book.coursework("a")._index is None


def test_a_gradebook_goes_with_its_last_user_and_waits_for_no_collection() -> None:
    book = Gradebook()
    book.add_section(Section("a", "A"))
    book.add_assignment("a", Assignment(1, ""))
    book.put_grades("a", by_place([Grade(1, 1, None, 0.0, "test")]))
    assert book.page(0, 1)[1] == book.coursework("a").page(0, 1)[1] == 1
    gone = weakref.ref(book), weakref.ref(book.coursework("a"))
    gc.disable()
    try:
        del book
        assert [each() for each in gone] == [None, None]
    finally:
        gc.enable()
