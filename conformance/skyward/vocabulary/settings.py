"""The courses of an exploration, each with its words and failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conformance.model.people import NAMES
from conformance.model.vocabulary import Setting
from conformance.skyward.scenarios.common import (
    ASA,
    COURSE,
    ESSAY,
    JOSE,
    LEILA,
    NOW,
    ONE,
    PAST,
    POSTER,
    QUIZ,
    STUDENTS,
    ZOE,
    chosen,
    course,
)
from conformance.skyward.scenarios.data import AWKWARD_COURSE, SHORT
from conformance.skyward.scenarios.failing import TOKEN_EXPIRES
from conformance.skyward.scenarios.sending import LETTERED, OTHER, UNTAGGED
from conformance.skyward.subject import Course, Item, Made, Score, Student
from conformance.skyward.vocabulary.failures import failures_of
from conformance.skyward.vocabulary.words import choices, edits, in_the_sis, presses


def _setting(
    name: str,
    about: Course,
    *scores: Score,
    item: Item = ESSAY,
    section: str = ONE,
    student: int | str = ASA,
    needs: tuple[str, ...] = (),
    policies: Mapping[str, Any] | None = None,
) -> Setting:
    """A setting in which these scores are entered, and in which users of the SIS act on one item in
    one section, and on one student there."""
    words = (
        *presses(about),
        *edits(*scores),
        *choices(about),
        *in_the_sis(about, item, section, student, NOW.id, scores),
    )
    return Setting(
        name,
        about,
        words,
        failures_of(section, student, NOW.id),
        ("categories", *needs),
        policies or {},
        ready=chosen(about),
    )


LENIENT = {
    "rules": {
        "override": "lms_wins",
        "category_frozen": False,
        "sis_items_frozen": False,
        "default_due": False,
    }
}
"""A SIS that accepts what an exporter must not do."""

_SMALL = course(
    items=(ESSAY, POSTER),
    students=tuple(each for each in STUDENTS if each.user_id in (ASA, JOSE, ZOE)),
    scores=(
        Score("essay", ASA, 44),
        Score("essay", JOSE, 0),
        Score("essay", ZOE, None),
        Score("poster", JOSE, 9),
    ),
)
_SMALL_SCORES = (
    Score("essay", ASA, 45),
    Score("essay", JOSE, 31.5),
    Score("essay", ZOE, 0),
    Score("essay", ASA, 0),
    Score("poster", JOSE, 8),
)
_UNFIT = (UNTAGGED, LETTERED, OTHER)
_MIXED = course(
    items=(ESSAY, *_UNFIT, QUIZ),
    scores=(*COURSE.scores[:5], *(Score(each.id, ASA, 4) for each in _UNFIT)),
)
_UNDATED = course(
    items=(replace(ESSAY, due=""), QUIZ, replace(POSTER, due="", term=PAST.id)),
    scores=COURSE.scores[:5],
)
_LATE = course(
    items=(replace(ESSAY, term=PAST.id, due="2026-03-20"), QUIZ, POSTER),
    terms=(replace(PAST, closed=True), NOW),
)
_LONG = course(
    items=(ESSAY, replace(QUIZ, title="Quiz 1: " + "roots and more roots, " * 4), POSTER)
)
_FOREIGN = course(
    made=(
        Made(POSTER.title, ONE, ((ASA, 3.0), (JOSE, 4.0))),
        Made("Made by the teacher", ONE, ((ASA, 7.0),)),
    )
)
_CATEGORIES = tuple(f"Category {number}" for number in range(1, 121))
_MANY = tuple(range(2001, 2121))
_CROWD = Course(
    (("many", _CATEGORIES),),
    (PAST, NOW),
    (ESSAY,),
    tuple(Student(who, "many", *NAMES[1001 + who % 5]) for who in _MANY),
    tuple(Score("essay", who, who % 51) for who in _MANY),
)
_EDITS = (
    Score("essay", ASA, 45),
    Score("essay", JOSE, 33),
    Score("essay", LEILA, 22),
    Score("quiz", LEILA, 13),
    Score("poster", JOSE, 8.25),
)

SETTINGS: tuple[Setting, ...] = (
    _setting("small", _SMALL, *_SMALL_SCORES),
    _setting("plain", COURSE, *_EDITS),
    _setting("lenient", _SMALL, *_SMALL_SCORES, policies=LENIENT),
    _setting(
        "OAuth 2",
        _SMALL,
        *_SMALL_SCORES,
        needs=TOKEN_EXPIRES.needs,
        policies=TOKEN_EXPIRES.policies,
    ),
    _setting("lagging", _SMALL, *_SMALL_SCORES, policies={"posting_lag": 600}),
    _setting(
        "awkward",
        AWKWARD_COURSE,
        Score("1", 55, 61.2),
        Score("01", "007", 0.3),
        Score("10/1:%", 55, 2),
        Score("1", "7", 19.95),
        item=AWKWARD_COURSE.items[2],
        section=SHORT,
        student=55,
    ),
    _setting(
        "many",
        _CROWD,
        Score("essay", _MANY[0], 3),
        Score("essay", _MANY[-1], 2),
        section="many",
        student=_MANY[-1],
        policies=LENIENT,
    ),
    _setting("foreign", _FOREIGN, *_EDITS, item=POSTER, student=JOSE, policies=LENIENT),
    _setting("unfit items", _MIXED, *_EDITS[:4], Score("untagged", ASA, 3)),
    _setting("no due dates", _UNDATED, *_EDITS, policies=LENIENT),
    _setting("closed period", _LATE, *_EDITS, item=POSTER, student=JOSE),
    _setting("long title", _LONG, *_EDITS),
    _setting("made by hand", replace(_SMALL, integration=False), *_SMALL_SCORES),
    _setting("no pass-back", replace(_SMALL, pass_back=False), *_SMALL_SCORES),
)
