"""The flows of an exploration, each with its words and failures."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.people import NAMES
from conformance.model.vocabulary import Setting, Word
from conformance.wiseflow.scenarios.common import (
    CO_ASSESSORS,
    REVIEWED,
    graded,
    marked,
    ungraded,
)
from conformance.wiseflow.subject import Assessment, Flow, Participant, UserId
from conformance.wiseflow.vocabulary.failures import failures_of
from conformance.wiseflow.vocabulary.words import SETUP, alone, reviewed, together


def _instant(
    name: str, flow: Flow, words: tuple[Word, ...], refused: tuple[UserId, UserId], *needs: str
) -> Setting:
    """A setting for instant export, which the setup of the flow may turn off."""
    failures = failures_of(*refused)
    return Setting(name, flow, (*words, *SETUP), failures, ("instant_export", *needs))


PLAIN = Flow(
    (
        graded(1001, "A"),
        graded(1002, "C"),
        graded(1003, "0"),
        ungraded(1004),
        graded(1005, "B", source="manual"),
    )
)
_OVERRIDDEN = Flow(
    (
        graded(1001, "A", alternative_grade="B"),
        ungraded(1002, alternative_grade="0"),
        graded(1003, "C", unlocked=True),
        graded(1004, "0"),
        graded(1005, "D", source="manual"),
    )
)
_AWKWARD: tuple[tuple[UserId, str], ...] = (
    (12, "Très bien"),
    ("0012", "00"),
    (1201, "7,5"),
    ("9007199254740993", "B+"),
    ("O'Neill", "Fair & <good>"),
)
_ADDED = 1201
_SCALE = (*(grade for _, grade in _AWKWARD), "Tre\u0300s bien", "0", "12.0", "A*")
_CODE = "UNI||Mäth 101/B||50%#2026?"


def _awkward(grades: bool) -> tuple[Participant, ...]:
    return tuple(
        Participant(
            user_id,
            *NAMES[1001 + position],
            (Assessment("a1", grade),) if grades else (),
            source="manual" if user_id == _ADDED else "sis",
        )
        for position, (user_id, grade) in enumerate(_AWKWARD)
    )


_MANY = tuple(
    Participant(
        2000 + number,
        f"Given {number}",
        f"Family {number}",
        () if number % 20 == 19 else (Assessment("a1", "ABCDEF0"[number % 7]),),
        source="manual" if number % 40 == 18 else "sis",
    )
    for number in range(120)
)
_AGREED = (Assessment("a1", "B"), Assessment("a2", "B"))
_PEOPLE = (ungraded(1001), ungraded(1002), ungraded(1003))
_PAIRS = ((1001, "A"), (1002, "B"), (1001, "C"), (1003, "D"))

SETTINGS: tuple[Setting, ...] = (
    Setting("plain", PLAIN, alone((1002, "B"), (1004, "D"), (1005, "C")), failures_of(1002, 1001)),
    Setting(
        "overridden",
        _OVERRIDDEN,
        alone((1003, "D"), (1001, "C"), (1004, "B")),
        failures_of(1001, 1002),
        needs=("alternative_grades",),
    ),
    Setting(
        "awkward",
        Flow(_awkward(True), sis_code=_CODE, scale=_SCALE),
        alone((12, "12.0"), ("0012", "A*")),
        failures_of(12, "0012"),
    ),
    Setting("many", Flow(_MANY), alone((2003, "A"), (2019, "B")), failures_of(2100, 2003)),
    Setting(
        "two assessors",
        Flow(
            (
                marked(1001, *_AGREED),
                marked(1002, _AGREED[0]),
                ungraded(1003),
                replace(marked(1004, *_AGREED), source="manual"),
                marked(1005, Assessment("a1", "0"), Assessment("a2", "0")),
            ),
            CO_ASSESSORS,
        ),
        together((1002, "B"), (1003, "A"), (1002, "C")),
        failures_of(1001, 1002),
        needs=("co_assessment",),
    ),
    Setting(
        "reviewer",
        Flow(
            (
                graded(1001, "A"),
                graded(1002, "0"),
                ungraded(1003),
                graded(1004, "B", source="manual"),
            ),
            REVIEWED,
        ),
        reviewed((1001, "A"), (1002, "C")),
        failures_of(1001, 1002),
        needs=("co_assessment",),
    ),
    Setting(
        "no source",
        Flow(PLAIN.participants, sis_sources=()),
        alone((1002, "B")),
        failures_of(1002, 1001),
    ),
    _instant("instant", Flow(_PEOPLE, instant_export=True), alone(*_PAIRS), (1001, 1002)),
    _instant(
        "instant, some by hand",
        Flow(
            (ungraded(1001, source="manual"), ungraded(1002), graded(1003, "F")),
            instant_export=True,
        ),
        alone((1001, "A"), (1002, "B")),
        (1002, 1003),
    ),
    _instant(
        "instant later",
        Flow((graded(1001, "A"), *_PEOPLE[1:])),
        alone(*_PAIRS[1:]),
        (1002, 1003),
    ),
    _instant(
        "instant, awkward",
        Flow(_awkward(False), sis_code=_CODE, scale=_SCALE, instant_export=True),
        alone((12, "00"), ("0012", "12.0"), (1201, "Tre\u0300s bien")),
        (12, "0012"),
    ),
    _instant(
        "instant, two assessors",
        Flow(_PEOPLE[:2], CO_ASSESSORS, instant_export=True),
        together((1001, "A"), (1002, "B"), (1001, "C")),
        (1001, 1002),
        "co_assessment",
    ),
    _instant(
        "instant, reviewer",
        Flow(_PEOPLE[:2], REVIEWED, instant_export=True),
        reviewed((1001, "A"), (1002, "B")),
        (1001, 1002),
        "co_assessment",
    ),
)
