"""Situations in which items and scores are transferred without a fault."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.rule import Scenario
from conformance.model.steps import Export, Load, Officer, Settle, State
from conformance.skyward.scenarios.common import (
    AGAIN,
    ASA,
    BO,
    CHOSEN,
    COURSE,
    ENDED,
    HOMEWORK,
    ITEMS,
    JOSE,
    LATER,
    LEILA,
    ONE,
    PAST,
    PROJECTS,
    READY,
    SCORES,
    TESTS,
    TRANSFERRED,
    TWO,
    ZOE,
    choose,
    course,
    edit,
)
from conformance.skyward.subject import Item, Made, Score

PLAIN = Scenario(
    "course-plain", "three items are transferred to two merged sections", COURSE, ENDED
)

BY_HAND = Scenario(
    "course-by-hand",
    "the course was created by hand; the SIS would accept it",
    course(integration=False),
    ENDED,
)
NO_PASS_BACK = Scenario(
    "course-no-pass-back",
    "grade pass-back is off for the course; the SIS would accept it",
    course(pass_back=False),
    ENDED,
)

UNTAGGED = Item("untagged", "Warm-up", term=0, due="2026-06-10")
LETTERED = Item("lettered", "Presentation", scale="letter")
OTHER = Item("other", "Attendance", "other")
_UNFIT = (UNTAGGED, LETTERED, OTHER)

MIXED_COURSE = course(
    items=(*ITEMS, *_UNFIT),
    scores=(*SCORES, *(Score(each.id, ASA, 4) for each in _UNFIT)),
)
MIXED = Scenario(
    "course-mixed",
    "three items can be sent; one has no term, one uses letters, and one is of another kind",
    MIXED_COURSE,
    (
        Load(),
        *CHOSEN,
        *(choose(each.id, section, HOMEWORK) for each in _UNFIT for section in (ONE, TWO)),
        Export(label="press"),
        Settle(),
        State(label="end"),
    ),
)

ONE_SECTION = Scenario(
    "course-one-section",
    "one of two merged sections is selected",
    COURSE,
    (*READY, Export(label="press", fields={"sections": [ONE]}), Settle(), State(label="end")),
)

UNCHOSEN = Scenario(
    "course-unchosen",
    "one item has no category, and for another the category of the wrong section is chosen",
    COURSE,
    (
        Load(),
        choose("essay", ONE, HOMEWORK),
        choose("essay", TWO, HOMEWORK),
        choose("quiz", ONE, PROJECTS),
        choose("quiz", TWO, PROJECTS),
        Export(label="press"),
        Settle(),
        State(label="end"),
    ),
)
CATEGORY_CHANGED = Scenario(
    "course-category-changed",
    "an item is transferred, and then another category is chosen; the SIS would accept it",
    COURSE,
    (
        *TRANSFERRED,
        choose("essay", ONE, TESTS),
        choose("essay", TWO, PROJECTS),
        edit("essay", ASA, 45),
        *AGAIN,
    ),
    policies={"rules": {"category_frozen": False}},
)

NO_DUE_DATE = Scenario(
    "course-no-due-date",
    "two items in two terms have no due date; the SIS would accept them without one",
    course(items=(*ITEMS[:2], replace(ITEMS[2], term=PAST.id))),
    ENDED,
    policies={"rules": {"default_due": False}},
)

EDITED = Scenario(
    "course-edited",
    "scores are changed before and after a transfer, and Transfer is pressed again",
    COURSE,
    (
        *READY,
        edit("essay", ASA, 40),
        *LATER,
        *TRANSFERRED[len(READY) :],
        edit("essay", ASA, 41),
        edit("essay", LEILA, 22),
        *LATER,
        *AGAIN,
    ),
)

CHANGED_BY_TEACHER = Officer(
    "PUT",
    f"/gradebook/sections/{ONE}/line_items/{{item:{ITEMS[0].title}}}/results/{ASA}",
    {"score": 12},
)
CHANGED_THERE = Scenario(
    "course-changed-there",
    "a score is changed in the SIS, and then twice in the course; the SIS would accept it",
    COURSE,
    (
        *TRANSFERRED,
        CHANGED_BY_TEACHER,
        edit("essay", ASA, 45),
        edit("essay", JOSE, 44),
        edit("quiz", BO, 19),
        Export(label="again"),
        Settle(),
        edit("essay", ASA, 46),
        edit("essay", JOSE, 43),
        Export(),
        Settle(),
        State(label="end"),
    ),
    policies={"rules": {"override": "lms_wins"}},
)
CHANGED_THERE_KEPT = replace(
    CHANGED_THERE,
    name="course-changed-there-kept",
    title="a score is changed in the SIS, and then twice in the course; the SIS refuses it",
    policies={},
)

FOREIGN = Scenario(
    "course-foreign",
    "the SIS has line items created there, one with the title of an item, and would accept changes",
    course(
        made=(
            Made("Poster", ONE, ((ASA, 3.0), (JOSE, 4.0))),
            Made("Made by the teacher", ONE, ((ASA, 7.0),)),
        )
    ),
    (*TRANSFERRED, edit("poster", ASA, 8), *AGAIN),
    policies={"rules": {"sis_items_frozen": False, "override": "lms_wins"}},
)

ZERO_COURSE = course(
    scores=(
        Score("essay", ASA, 0),
        Score("essay", JOSE, None),
        Score("essay", ZOE, 50),
        Score("quiz", LEILA, 0),
        Score("quiz", BO, None, late=True),
    )
)
ZERO_AND_NONE = Scenario(
    "course-zero-and-none",
    "two students have the score 0, and two are ungraded",
    ZERO_COURSE,
    ENDED,
)
