"""Data that exporters mangle, and more rows than they expect."""

from __future__ import annotations

from conformance.model.rule import Depth, Scenario
from conformance.model.steps import Export, Load, Retry, Settle, State, Step, Sync
from conformance.wiseflow.scenarios.common import READY, fails_once, submits
from conformance.wiseflow.subject import Assessment, Flow, Participant

AWKWARD_GRADES = (
    "-3",
    "00",
    "02",
    "7,5",
    "A*",
    "B+",
    "12.0",
    "n. b.",
    "Très bien",
    "Tre\u0300s bien",
    "ممتاز",
    "Fair & <good>",
    'said "1"',
    "A\\B",
    "0",
    " C",
)
"""Grades that break when they are read as numbers, trimmed, escaped twice or normalised."""

_IDS: tuple[int | str, ...] = (
    12,
    1201,
    120,
    "0012",
    "012",
    9_007_199_254_740_991,
    9_007_199_254_740_993,
    9_223_372_036_854_775_807,
    "9007199254740992",
    "a-1",
    "A-1",
    "é",
    3,
    "O'Neill",
    "x y",
    20,
)
"""Ids that are prefixes of each other, have leading zeros, are more than a float holds, or are not
numbers; unsorted."""

_NAMES = (("Åsa", "O'Neill"), ("José", "García & Söhne"), ("ليلى", "حداد"), ("Bo", "<Null>"))


def _person(position: int, user_id: int | str, grade: str | None) -> Participant:
    submitted = () if grade is None else (Assessment("a1", grade),)
    return Participant(user_id, *_NAMES[position % len(_NAMES)], submitted)


AWKWARD = Flow(
    (
        *(_person(n, *pair) for n, pair in enumerate(zip(_IDS, AWKWARD_GRADES, strict=True))),
        Participant(77, "Åsa", "O'Neill", (Assessment("a1", "B+"),), alternative_grade="0"),
        Participant(78, "Åsa", "O'Neill", (), alternative_grade="00"),
        Participant(79, "Åsa", "O'Neill", (Assessment("a1", "02"),), source="manual"),
        Participant(80, "José", "García & Söhne"),
    ),
    sis_code="UNI||Mäth 101/B||50%#2026?",
    scale=AWKWARD_GRADES,
)
"""Grades, ids, names and a code of the SIS that are easily changed on the way."""

AWKWARD_MARKS = Flow(
    tuple(each for each in AWKWARD.participants if not each.alternative_grade),
    sis_code=AWKWARD.sis_code,
    scale=AWKWARD_GRADES,
)
"""The same without alternative grades, which are a feature."""

ROWS = 250
MANY = Flow(
    tuple(
        Participant(
            1000 + number,
            f"Given {number}",
            f"Family {number}",
            () if number % 50 == 49 else (Assessment("a1", "ABCDEF"[number % 6]),),
            source="manual" if number % 40 == 39 else "sis",
        )
        for number in range(ROWS)
    )
)
"""More participants than a page or a batch holds; some have no grade, some were added by hand."""

_EXPORTED: tuple[Step, ...] = (*READY, Export(), Settle(), State(label="end"))

PLAIN = Scenario(
    "awkward", "grades, ids and names are awkward, and so is the code", AWKWARD_MARKS, _EXPORTED
)
OVERRIDDEN = Scenario(
    "awkward-overridden",
    "grades, ids and names are awkward; two participants have an alternative grade",
    AWKWARD,
    _EXPORTED,
    needs=("alternative_grades",),
)
PARTLY = Scenario(
    "awkward-partly-refused",
    "grades and ids are awkward, the SIS refuses two participants, and the manager presses retry",
    AWKWARD_MARKS,
    (
        *READY,
        fails_once("rows_fail", subjects=[12, "0012"], text="bloqué & <closed>"),
        Export(),
        Settle(),
        State(),
        Retry(),
        Settle(),
        State(label="end"),
    ),
)
INSTANT = Scenario(
    "awkward-instant",
    "with instant export on, awkward grades are submitted one by one",
    Flow(
        tuple(_person(n, user_id, None) for n, user_id in enumerate(_IDS[:6])),
        sis_code=AWKWARD.sis_code,
        scale=AWKWARD_GRADES,
        instant_export=True,
    ),
    (
        Load(),
        Sync(),
        *(
            step
            for user_id, grade in zip(_IDS[:6], AWKWARD_GRADES[4:10], strict=True)
            for step in (submits(user_id, grade), Settle())
        ),
        State(label="end"),
    ),
    needs=("instant_export",),
)
MANY_EXPORTED = Scenario("many", f"a flow has {ROWS} participants", MANY, _EXPORTED)
MANY_PARTLY = Scenario(
    "many-partly-refused",
    f"a flow has {ROWS} participants, the SIS refuses three, and the manager presses retry",
    MANY,
    (
        *READY,
        fails_once("rows_fail", subjects=[1001, 1100, 1248], text="blocked"),
        Export(),
        Settle(),
        State(),
        Retry(),
        Settle(),
        State(label="end"),
    ),
    depth=Depth.NORMAL,
)
MANY_FAILED = Scenario(
    "many-failed",
    f"a flow has {ROWS} participants, the export fails, and the manager presses retry",
    MANY,
    (
        *READY,
        fails_once("status", status=503),
        Export(),
        Settle(),
        State(),
        Retry(),
        Settle(),
        State(label="end"),
    ),
    depth=Depth.NORMAL,
)
