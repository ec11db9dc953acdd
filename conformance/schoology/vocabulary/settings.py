"""The sections of an exploration, each in JSON and in XML, with its words and failures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import Any

from conformance.model.vocabulary import Setting, Word
from conformance.schoology.scenarios import data
from conformance.schoology.scenarios.common import (
    ASA,
    BO,
    ESSAY,
    JOSE,
    LEILA,
    LETTERED,
    QUIZ,
    STUDENTS,
    ZOE,
    on,
    section,
)
from conformance.schoology.scenarios.failing import missing
from conformance.schoology.scenarios.reading import CLASS
from conformance.schoology.subject import FinalComment, Section
from conformance.schoology.vocabulary.failures import failures_of
from conformance.schoology.vocabulary.words import PRESSES, by_officer, entering

RICH = ("letters", "exceptions", "comments", "final_comments")
"""The features for all that a row can say."""


def _setting(
    name: str,
    about: Section,
    words: Iterable[Iterable[Word]],
    refused: tuple[int, int],
    needs: tuple[str, ...] = (),
    **policies: Any,
) -> Setting:
    own = (*PRESSES, *chain.from_iterable(words))
    return Setting(name, about, own, failures_of(*refused), needs, policies)


def _in_xml(setting: Setting) -> Setting:
    needs = (*setting.needs, "format.xml")
    return replace(setting, name=f"{setting.name}, in XML", format="xml", needs=needs)


_PLAIN = section(
    on(QUIZ, ASA, 99),
    on(QUIZ, JOSE, 76.5),
    on(QUIZ, LEILA, 0),
    on(QUIZ, ZOE, None),
    on(QUIZ, BO, 8),
    on(ESSAY, ASA, 44),
    held=(on(QUIZ, ZOE, 55), on(QUIZ, BO, 3)),
)
"""Also a zero, a student whose grade the SIS has and the teacher does not, and one whose grade
differs."""

_PLAIN_WORDS = (
    entering("edit", ASA, QUIZ, 90.25),
    entering("edit", BO, QUIZ, 9),
    entering("edit", JOSE, QUIZ, 0),
    entering("edit", LEILA, QUIZ, 61),
    entering("edit", ZOE, ESSAY, 12.5),
    entering("back", ASA, QUIZ, None),
    entering("back", LEILA, QUIZ, None),
    entering("back", ASA, QUIZ, 99),
)

_FULL = section(
    on(QUIZ, ASA, 99, comment="Well done", comment_visible=True),
    on(QUIZ, JOSE, 80, 1),
    on(QUIZ, LEILA, None, 2),
    on(QUIZ, ZOE, None),
    on(QUIZ, BO, 0, comment="Not for his eyes"),
    on(ESSAY, ASA, "B", comment="Talk to her parents"),
    on(ESSAY, JOSE, 44.5, comment="Neat work", comment_visible=True),
    on(ESSAY, LEILA, "E"),
    on(ESSAY, BO, "F"),
    assignments=LETTERED,
    final_comments=(
        FinalComment(ASA, "p13011", "Great improvement from the first term", True),
        FinalComment(ASA, "p13012", "Held her level"),
        FinalComment(ASA, "final", "A good year"),
        FinalComment(JOSE, "final", "Must hand in on time", True),
        FinalComment(BO, "p13012", "A pleasure to teach"),
    ),
)
"""Letters, one of them not on the scale, exceptions, comments and final comments."""

_FULL_WORDS = (
    entering("edit", ASA, QUIZ, 99, exception=1),
    entering("edit", BO, QUIZ, 0, comment_visible=True),
    entering("edit", JOSE, ESSAY, "C", comment="Read my notes", comment_visible=False),
    entering("edit", ASA, ESSAY, "Z"),
    entering("edit", ZOE, QUIZ, None, exception=3),
    entering("edit", LEILA, ESSAY, "D", comment="Late, but good"),
    entering("back", JOSE, QUIZ, 81, exception=0),
    entering("back", LEILA, QUIZ, None, exception=0),
    entering("back", ASA, QUIZ, 99, comment=None, comment_visible=False),
    entering("back", ASA, QUIZ, 99, comment_visible=False),
    entering("back", JOSE, ESSAY, None),
)

_AWKWARD_WORDS = (
    entering("edit", data.FIRST, data.QUIZ, 61.05),
    entering("edit", data.SHORT, data.ESSAY, "7,5"),
    entering("edit", data.LAST, data.QUIZ, 100.01, comment=data.COMMENTS[0]),
    entering("edit", data.NAMESAKE, data.TEST, 12.5, exception=0),
    entering("back", data.PREFIX, data.TEST, None, exception=0),
    entering("back", data.LAST, data.QUIZ, 99.99, comment=None),
    entering("back", data.SHORT, data.TEST, None),
)

_FIRST, *_, _LAST = (each.enrollment_id for each in data.MANY.students)
_MANY_WORDS = (
    entering("edit", _FIRST, data.QUIZ, 0),
    entering("edit", _LAST, data.QUIZ, 1.5),
    entering("back", _FIRST, data.QUIZ, None),
)

_GONE: Section = replace(_PLAIN, students=tuple(map(missing, STUDENTS)))

_PUPIL, _OTHER = CLASS.students[0], CLASS.students[1]
_READ: Section = replace(
    CLASS,
    grades=(on(QUIZ, _PUPIL.enrollment_id, 20), on(ESSAY, _OTHER.enrollment_id, 35.5)),
)
"""46 grades in the SIS, of which two are also in the gradebook of the teacher."""

_READ_WORDS = (
    entering("edit", _PUPIL.enrollment_id, QUIZ, 21),
    entering("edit", _PUPIL.enrollment_id, ESSAY, 0),
    entering("back", _OTHER.enrollment_id, ESSAY, None),
    tuple(
        by_officer(CLASS.id, CLASS.students[place].user_id, mark)
        for place, mark in ((4, "88"), (4, "0"), (-1, "12.5"))
    ),
)

SETTINGS: tuple[Setting, ...] = tuple(
    written
    for setting in (
        _setting("plain", _PLAIN, _PLAIN_WORDS, (JOSE, ASA)),
        _setting("full", _FULL, _FULL_WORDS, (JOSE, ASA), RICH),
        _setting("awkward", data.AWKWARD, _AWKWARD_WORDS, (data.PREFIX, data.LAST), RICH),
        _setting("many", data.MANY, _MANY_WORDS, (_LAST, _FIRST)),
        _setting("some gone", _GONE, _PLAIN_WORDS, (BO, ASA), put_status=200),
        _setting(
            "many read",
            _READ,
            _READ_WORDS,
            (_PUPIL.enrollment_id, _OTHER.enrollment_id),
            ("pull",),
            page_size=7,
            page_most=7,
        ),
    )
    for written in (setting, _in_xml(setting))
)
