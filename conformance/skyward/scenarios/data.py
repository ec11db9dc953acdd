"""Two sets of data: one in which each id, name and score is awkward, and one with many rows."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.people import NAMES
from conformance.model.rule import Scenario
from conformance.model.steps import Export, Load, Officer, Settle, Step
from conformance.skyward.scenarios.common import AGAIN, NOW, PAST, choose, edit
from conformance.skyward.subject import Course, Item, Score, Student

LARGE_IDS = (9_007_199_254_740_992, 9_007_199_254_740_993, 9_223_372_036_854_775_807)
"""The largest ids are of 64 bits; a reader that makes doubles of numbers confuses the first two."""

SHORT, LONG = "5", "55"
"""The ids of two sections. One is a prefix of the other, and both are ids of students too."""

_NAMES = (
    *(("Åsa", "O'Neill"), ("Åsa", "O'Neill"), ("ليلى", "حداد"), ("Zoë", "Ng")),
    *(("José", "García & Söhne"), ("Emmy", "Nöther"), ("Bo", "<Null>")),
)
_IDS: tuple[int | str, ...] = (55, 5, "007", *LARGE_IDS, "7")
STUDENTS = tuple(
    Student(who, LONG if place % 2 else SHORT, *name)
    for place, (who, name) in enumerate(zip(_IDS, _NAMES, strict=True))
)

TWINS = (
    Item("1", "Quiz", "test", due="2026-06-12", max_points=20),
    Item("01", "Quiz", "test", due="2026-06-26", max_points=10),
)
"""Two items of one title."""

_TITLES = ("Très bien: «L'été» & <b>½</b>", "مقال عن الجبر", 'Cafe\u0301 100 % \\ "x"', "x" * 49)
ITEMS = (
    *TWINS,
    *(Item(f"{n}/1:%", title, "task", max_points=7) for n, title in enumerate(_TITLES, 10)),
)

AWKWARD_SCORES = (
    *(
        Score(item, who, score)
        for item, scores in (
            ("1", (61.1, 33.35, 0, 0.1, 0.2, 12, 20)),
            ("01", (9.99, 10, 7, 0, 1, 2, 3.3333)),
        )
        for who, score in zip(_IDS, scores, strict=True)
    ),
    Score("10/1:%", "007", 7),
    Score("10/1:%", 55, 1e-3),
)
"""With a zero, a score above the maximum, and fractions that binary numbers do not have."""

PEN, TALK = "Übung & Test", "Übung"
"""The titles of two categories; one begins with the other."""

AWKWARD_COURSE = Course(
    ((LONG, (PEN, TALK)), (SHORT, (TALK, PEN))),
    (PAST, NOW),
    ITEMS,
    STUDENTS,
    AWKWARD_SCORES,
    id="a:b/c d%",
    title="Æ & <Ω>",
)

AWKWARD = Scenario(
    "course-awkward",
    "ids, titles and scores are awkward, and one student was dropped; one score is changed, and"
    " Transfer is pressed again",
    AWKWARD_COURSE,
    (
        Load(),
        *(choose(each.id, section, TALK) for each in ITEMS for section in (LONG, SHORT)),
        Officer("PUT", f"/gradebook/sections/{SHORT}/enrollments/7/state", {"state": "withdrawn"}),
        Export(label="press"),
        Settle(),
        edit("1", 55, 61.2),
        *AGAIN,
    ),
)

MANY_CATEGORIES, MANY_STUDENTS = 250, 101
_CATEGORIES = tuple(f"Category {number}" for number in range(1, MANY_CATEGORIES + 1))
_MANY = tuple(range(2001, 2001 + MANY_STUDENTS))
_PLACE = "many"
LAST = _MANY[-1]
_FIRST = Item("first", "First", due="2026-06-12", max_points=50)

_CHANGED: tuple[Step, ...] = (
    Officer(
        "PUT",
        f"/gradebook/sections/{_PLACE}/line_items/{{item:{_FIRST.title}}}/results/{LAST}",
        {"score": 1},
    ),
    edit("first", LAST, 2),
    edit("first", _MANY[0], 3),
)
MANY = Scenario(
    "course-many",
    "a section has 250 categories and 101 students; the score of the last one is changed in the"
    " SIS, and then in the course; the SIS would accept it",
    Course(
        ((_PLACE, _CATEGORIES),),
        (PAST, NOW),
        (_FIRST, replace(_FIRST, id="second", title="Second", kind="test")),
        tuple(Student(who, _PLACE, *NAMES[1001 + who % 5]) for who in _MANY),
        tuple(Score("first", who, who % 51) for who in _MANY),
    ),
    (
        Load(),
        choose("first", _PLACE, _CATEGORIES[-1]),
        choose("second", _PLACE, _CATEGORIES[-2]),
        Export(label="press"),
        Settle(),
        *_CHANGED,
        *AGAIN,
    ),
    policies={"rules": {"override": "lms_wins"}},
)
