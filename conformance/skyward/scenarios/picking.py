"""Situations about what a teacher picks: items, sections and categories; and about ids."""

from __future__ import annotations

from conformance.model.rule import Depth, Scenario
from conformance.model.steps import Export, Load, Settle, State
from conformance.skyward.scenarios.common import (
    ASA,
    COURSE,
    ENDED,
    JOSE,
    LEILA,
    ONE,
    READY,
    SCORES,
    TWO,
    chosen,
    course,
    edit,
)
from conformance.skyward.subject import Item, Made, Score

TICKED = Scenario(
    "course-ticked",
    "one item is ticked, and then one section; every score is changed, and two items are ticked in"
    " the other section",
    COURSE,
    (
        *READY,
        Export(label="press", fields={"items": ["quiz"]}),
        Settle(),
        State(label="one item"),
        Export(label="section", fields={"sections": [ONE]}),
        Settle(),
        State(label="one section"),
        *(edit(each.item, each.student, (each.score or 0) - 1) for each in SCORES),
        Export(label="both", fields={"sections": [TWO], "items": ["quiz", "poster"]}),
        Settle(),
        State(label="end"),
    ),
    depth=Depth.NORMAL,
)

_ALIKE = (
    *("q1", "Q1", "q/1", "q 1", "q-1", "q_1", "q%2F1", "q?1", "q#1", "qé1", "qe1"),
    *("7", "07", "7.0", "1" + "0" * 60 + "1", "1" + "0" * 60 + "2"),
)
"""Ids that are one if case, signs, accents, zeroes or the end of a long id are left out, or if a
path is not percent-encoded."""

_ALIKE_COURSE = course(
    items=tuple(
        Item(name, f"Part {place}", due="2026-06-12", max_points=place, sections=(ONE,))
        for place, name in enumerate(_ALIKE, 10)
    ),
    scores=tuple(
        Score(name, who, place)
        for place, name in enumerate(_ALIKE, 1)
        for who in (ASA, JOSE)[: 1 + place % 2]
    ),
)
ALIKE = Scenario(
    "course-alike",
    "the ids of the items differ only by case, signs, accents, zeroes, or the end of a long id",
    _ALIKE_COURSE,
    (Load(), *chosen(_ALIKE_COURSE), *ENDED[len(READY) :]),
    depth=Depth.NORMAL,
)

_NAMES_OF_THE_SIS = ("900", f"{ONE}-901", f"li-{ONE}-902")
_NAMED_COURSE = course(
    items=tuple(
        Item(name, f"Part {place}", due="2026-06-12", max_points=10, sections=(ONE,))
        for place, name in enumerate(_NAMES_OF_THE_SIS)
    ),
    scores=tuple(Score(name, LEILA, 7) for name in _NAMES_OF_THE_SIS),
    made=tuple(Made(f"Made by the teacher {n}", ONE, ((ASA, 3.0),)) for n in range(3)),
)
NAMED_THERE = Scenario(
    "course-named-there",
    "the ids of three items are in the sourcedIds of line items that were created in the SIS, which"
    " would accept changes",
    _NAMED_COURSE,
    (Load(), *chosen(_NAMED_COURSE), *ENDED[len(READY) :]),
    policies={
        "rules": {"sis_items_frozen": False, "category_frozen": False, "override": "lms_wins"}
    },
    depth=Depth.NORMAL,
)
