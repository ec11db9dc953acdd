"""What the product shows of the marking, with the feature status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conformance.model import steps
from conformance.wiseflow.subject import Assessment, Flow, as_loaded
from helpers.suite.flow_cases.common import CO, REVIEWED, person
from helpers.suite.made_flow import FEATURES, Case

WITH = (*FEATURES, "status")
ONE = Flow((person(1001, "A"), person(1002)))
PAIR = Flow((person(1001),), CO)
DRAFT = replace(person(1001), assessments=(Assessment("a1", "B", submitted=False),))
ALTERNATIVE = Flow((person(1001, alternative="B"),))
TOLD = (("a1", 1001), ("a2", 1001))


def begun(flow: Flow = ONE, features: tuple[str, ...] = WITH) -> Case:
    """A case whose exporter has the feature."""
    return Case(flow, features).load().sync()


def shows(case: Case, *notices: tuple[str, int], **people: Any) -> Case:
    """The product shows this; participants are called p1001, with a status or (status, registered,
    reopened)."""
    rows = []
    for name, said in people.items():
        status, registered, reopened = said if isinstance(said, tuple) else (said, None, False)
        more = {"status": status, "registered": registered, "reopened": reopened}
        rows.append({"user_id": int(name[1:]), "state": "not_exported", **more})
    told = [{"assessor": assessor, "participant": about} for assessor, about in notices]
    answer = {"flow": "not_exported", "participants": rows, "notices": told}
    return case.step(steps.State(label="shown"), answer=answer)


CONFLICT = begun(PAIR).submit(1001, "B").submit(1001, "D", assessor="a2")
AGAIN = CONFLICT.submit(1001, "B")
AGREED = CONFLICT.submit(1001, "D").submit(1001, "D", assessor="a2")
UNLOCKED = begun().act("unlock", participant=1001)
PAIR_UNLOCKED = begun(Flow((person(1001, "A", "A"),), CO)).act("unlock", participant=1001)
WAITING = begun(Flow((person(1001, "A"),), REVIEWED))
EMPTY = begun(Flow((person(1001, ""),)))
LOADED_CONFLICT = begun(Flow((person(1001, "B", "D"),), CO))
LOADED_UNLOCKED = begun(Flow((replace(person(1001, "A"), unlocked=True),)))
RIGHT = {"p1001": "submitted", "p1002": "none"}
OPEN = ("conflict", None, True)

_CASES: list[tuple[str, Case, Any, tuple[tuple[str, int], ...], set[str]]] = [
    ("a draft is none", begun(Flow((DRAFT,))), "none", (), set()),
    ("a draft is not partly", begun(Flow((DRAFT,))), "partly", (), {"WF-STATUS"}),
    ("no status", begun(Flow((DRAFT,))), (None, None, False), (), {"WF-STATUS"}),
    ("another word", begun(Flow((DRAFT,))), "ready", (), {"WF-STATUS"}),
    ("one of two is partly", begun(PAIR).submit(1001, "B"), "partly", (), set()),
    ("one of two is not none", begun(PAIR).submit(1001, "B"), "none", (), {"WF-STATUS"}),
    ("one of two is not submitted", begun(PAIR).submit(1001, "B"), "submitted", (), {"WF-STATUS"}),
    (
        "refused is not submitted",
        begun(PAIR).act(
            "submit_assessment", done=False, participant=1001, assessor="a1", grade="A"
        ),
        "none",
        (),
        set(),
    ),
    ("a conflict", CONFLICT, OPEN, TOLD, set()),
    ("a conflict shown as none", CONFLICT, ("none", None, True), TOLD, {"WF-STATUS"}),
    ("a conflict shown as partly", CONFLICT, ("partly", None, True), TOLD, {"WF-STATUS"}),
    ("a conflict shown as submitted", CONFLICT, ("submitted", "B", True), TOLD, {"WF-STATUS"}),
    ("a conflict, not reopened", CONFLICT, ("conflict", None, False), TOLD, {"WF-REOPEN"}),
    ("a conflict, reopened unsaid", CONFLICT, ("conflict", None, None), TOLD, {"WF-REOPEN"}),
    ("a conflict, nobody told", CONFLICT, OPEN, (), {"WF-REOPEN"}),
    ("a conflict, one told", CONFLICT, OPEN, TOLD[:1], {"WF-REOPEN"}),
    ("a conflict, told of another", CONFLICT, OPEN, (TOLD[0], ("a2", 1002)), {"WF-REOPEN"}),
    ("a conflict, more told", CONFLICT, OPEN, (*TOLD, *TOLD, ("a3", 1001)), set()),
    ("a conflict that was loaded", LOADED_CONFLICT, ("conflict", None, False), (), set()),
    ("a loaded conflict as none", LOADED_CONFLICT, ("none", None, False), (), {"WF-STATUS"}),
    ("one submitted again: partly", AGAIN, ("partly", None, True), (), set()),
    ("one submitted again: conflict", AGAIN, OPEN, (), set()),
    ("one submitted again: not none", AGAIN, ("none", None, True), (), {"WF-STATUS"}),
    ("one submitted again: not submitted", AGAIN, ("submitted", "B", True), (), {"WF-STATUS"}),
    (
        "the other's stands",
        CONFLICT.submit(1001, "D"),
        ("submitted", "D", False),
        (),
        set(),
    ),
    ("the other's stands, a conflict is shown", CONFLICT.submit(1001, "D"), OPEN, (), set()),
    (
        "agreed, then unlocked",
        AGREED.act("unlock", participant=1001),
        ("none", "D", True),
        (),
        set(),
    ),
    ("unlocked in a conflict", CONFLICT.act("unlock", participant=1001), OPEN, TOLD, set()),
    (
        "unlocked, then a conflict",
        PAIR_UNLOCKED.submit(1001, "B").submit(1001, "D", assessor="a2"),
        OPEN,
        TOLD,
        set(),
    ),
    (
        "added with a conflict",
        begun(Flow((), CO)).act(
            "add_participant", new_participant=as_loaded(person(1001, "B", "D"))
        ),
        ("conflict", None, False),
        (),
        set(),
    ),
    ("agreed", AGREED, ("submitted", "D", False), (), set()),
    ("agreed, the conflict is over", AGREED, OPEN, TOLD, {"WF-STATUS"}),
    ("a pair unlocked: none", PAIR_UNLOCKED, ("none", "A", True), (), set()),
    ("a pair unlocked: partly", PAIR_UNLOCKED, ("partly", "A", True), (), set()),
    ("a pair unlocked: not submitted", PAIR_UNLOCKED, ("submitted", "A", True), (), {"WF-STATUS"}),
    ("a pair unlocked: none kept", PAIR_UNLOCKED, ("none", None, True), (), {"WF-UNLOCK-KEEPS"}),
    ("waiting for the reviewer: partly", WAITING, "partly", (), set()),
    ("waiting for the reviewer: submitted", WAITING, "submitted", (), set()),
    ("waiting for the reviewer: not none", WAITING, "none", (), {"WF-STATUS"}),
    ("approved", WAITING.act("approve", participant=1001), "submitted", (), set()),
    ("approved, not partly", WAITING.act("approve", participant=1001), "partly", (), {"WF-STATUS"}),
    ("an empty grade: none", EMPTY, "none", (), set()),
    ("an empty grade: partly", EMPTY, "partly", (), set()),
    ("an alternative: none", begun(ALTERNATIVE), "none", (), set()),
    ("an alternative: submitted", begun(ALTERNATIVE), "submitted", (), set()),
    ("an alternative: not partly", begun(ALTERNATIVE), "partly", (), {"WF-STATUS"}),
    ("loaded as unlocked", LOADED_UNLOCKED, ("none", None, True), (), set()),
    ("loaded as unlocked, as submitted", LOADED_UNLOCKED, "submitted", (), {"WF-STATUS"}),
]

STATUSES: Mapping[str, tuple[Case, set[str]]] = {
    **{name: (shows(case, *told, p1001=said), broken) for name, case, said, told, broken in _CASES},
    "none and submitted": (shows(begun(), **RIGHT), set()),
    "none shown as submitted": (
        shows(begun(), **{**RIGHT, "p1002": "submitted"}),
        {"WF-STATUS"},
    ),
    "a participant is missing": (shows(begun(), p1001="submitted"), {"WF-STATUS"}),
    "shown as open without a reason": (
        shows(begun(), p1001=("submitted", "A", True), p1002="none"),
        {"WF-STATUS"},
    ),
    "unlocked": (shows(UNLOCKED, p1001=("none", "A", True), p1002="none"), set()),
    "unlocked, shown as submitted": (
        shows(UNLOCKED, p1001=("submitted", "A", True), p1002="none"),
        {"WF-STATUS"},
    ),
    "unlocked, as partly": (
        shows(UNLOCKED, p1001=("partly", "A", True), p1002="none"),
        {"WF-STATUS"},
    ),
    "unlocked, the grade is gone": (
        shows(UNLOCKED, p1001=("none", None, True), p1002="none"),
        {"WF-UNLOCK-KEEPS"},
    ),
    "unlocked, another grade": (
        shows(UNLOCKED, p1001=("none", "B", True), p1002="none"),
        {"WF-UNLOCK-KEEPS"},
    ),
    "not unlocked after all": (
        shows(begun().act("unlock", participant=1001, done=False), **RIGHT),
        set(),
    ),
    "unlocked and submitted again": (
        shows(UNLOCKED.submit(1001, "B"), p1001=("submitted", "B", False), p1002="none"),
        set(),
    ),
    "without the feature": (shows(begun(features=FEATURES), p1001="none", p1002="?"), set()),
    "before an action has settled": (
        shows(
            begun().step(
                steps.Act(
                    "submit_assessment", {"participant": 1002, "assessor": "a1", "grade": "B"}
                ),
                answer={"done": True},
            ),
            **RIGHT,
        ),
        set(),
    ),
}
