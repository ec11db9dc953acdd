"""Situations in which items and scores are transferred, and nothing fails."""

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
    "the course was made by a teacher; the SIS would take it",
    course(integration=False),
    ENDED,
)
NO_PASS_BACK = Scenario(
    "course-no-pass-back",
    "grade pass-back is off for the course; the SIS would take it",
    course(pass_back=False),
    ENDED,
)

UNTAGGED = Item("untagged", "Warm-up", term=0, due="2026-06-10")
LETTERED = Item("lettered", "Presentation", scale="letter")
OTHER = Item("other", "Attendance", "other")
_UNFIT = (UNTAGGED, LETTERED, OTHER)

MIXED = Scenario(
    "course-mixed",
    "beside three items that can be sent: one in no term, one with letters, one of another kind",
    course(
        items=(*ITEMS, *_UNFIT),
        scores=(*SCORES, *(Score(each.id, ASA, 4) for each in _UNFIT)),
    ),
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
    "of two merged sections one is ticked",
    COURSE,
    (*READY, Export(label="press", fields={"sections": [ONE]}), Settle(), State(label="end")),
)

UNCHOSEN = Scenario(
    "course-unchosen",
    "for some no category is chosen, for one a category of the other section",
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
    "an item is transferred, then another category is asked for; the SIS would take it",
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
    "two items of two terms have no due date, and the SIS would leave it at that",
    course(items=(*ITEMS[:2], replace(ITEMS[2], term=PAST.id))),
    ENDED,
    policies={"rules": {"default_due": False}},
)

EDITED = Scenario(
    "course-edited",
    "scores are entered and changed before and after the transfer, and it is pressed again",
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

_CHANGED_BY_TEACHER = Officer(
    "PUT",
    f"/gradebook/sections/{ONE}/line_items/{{item:{ITEMS[0].title}}}/results/{ASA}",
    {"score": 12},
)
CHANGED_THERE = Scenario(
    "course-changed-there",
    "a score is changed in the SIS, then here too, twice; the SIS would take it",
    COURSE,
    (
        *TRANSFERRED,
        _CHANGED_BY_TEACHER,
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
    title="the same, and the SIS refuses it",
    policies={},
)

FOREIGN = Scenario(
    "course-foreign",
    "the SIS has line items of its own, one with an item's title, and would let them be changed",
    course(
        made=(
            Made("Poster", ONE, ((ASA, 3.0), (JOSE, 4.0))),
            Made("Made by the teacher", ONE, ((ASA, 7.0),)),
        )
    ),
    (*TRANSFERRED, edit("poster", ASA, 8), *AGAIN),
    policies={"rules": {"sis_items_frozen": False, "override": "lms_wins"}},
)

ZERO_AND_NONE = Scenario(
    "course-zero-and-none",
    "one has the score 0, two have none",
    course(
        scores=(
            Score("essay", ASA, 0),
            Score("essay", JOSE, None),
            Score("essay", ZOE, 50),
            Score("quiz", LEILA, 0),
            Score("quiz", BO, None, late=True),
        )
    ),
    ENDED,
)
