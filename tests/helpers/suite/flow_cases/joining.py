"""People who are added to a flow that is loaded already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.wiseflow.subject import Flow, as_loaded
from helpers.suite.flow_cases.common import (
    BOTH,
    EXPORTED,
    OK,
    TWO,
    UNAVAILABLE,
    began,
    person,
)
from helpers.suite.made_flow import Case, Sent, report

LATE: dict[str, Any] = {"new_participant": as_loaded(person(1003))}
BY_HAND: dict[str, Any] = {"new_participant": as_loaded(person(1004, source="manual"))}
AGAIN: dict[str, Any] = {"new_participant": as_loaded(person(1001, source="manual"))}

JOINED = EXPORTED.act("add_participant", **LATE)
MARKED = JOINED.submit(1003, "C")
FAILED = MARKED.export(Sent({1003: "C"}, UNAVAILABLE, stored=False))
EARLY = Case(TWO).load().sync().act("add_participant", **LATE).submit(1003, "C").ended()
INSTANT = began(Flow((person(1001),), instant_export=True)).act("add_participant", **LATE)
THREE = {**BOTH, 1003: "C"}

JOINING: Mapping[str, tuple[Case, set[str]]] = {
    "after the export, at the next press": (MARKED.export(Sent({1003: "C"})), set()),
    "after the export, waits": (MARKED.export(), set()),
    "after the export, refused": (MARKED.export(accepted=False), set()),
    "after the export, by itself": (
        JOINED.submit(1003, "C", Sent({1003: "C"})),
        {"WF-ASKED"},
    ),
    "after the export, the next day": (MARKED.later(Sent({1003: "C"})), {"WF-ASKED"}),
    "after the export, with the others": (
        MARKED.export(Sent(THREE, report(3))),
        {"WF-ONCE"},
    ),
    "after the export, with another grade": (MARKED.export(Sent({1003: "B"})), {"WF-VALUE"}),
    "after the export, without a grade": (JOINED.export(Sent({1003: ""})), {"WF-GRADED-ONLY"}),
    "failed, then retried": (FAILED.retry(Sent({1003: "C"})), set()),
    "failed, then not retried": (FAILED.retry(), {"WF-RETRY"}),
    "failed, then retried with the others": (
        FAILED.retry(Sent(THREE, report(3))),
        {"WF-RETRY-ONLY-FAILED"},
    ),
    "failed, then by itself": (FAILED.later(Sent({1003: "C"})), {"WF-NORETRY-STATUS"}),
    "before the export": (EARLY.export(Sent(THREE, report(3))), set()),
    "before the export, left out": (EARLY.export(Sent(BOTH, OK)), {"WF-COMPLETE"}),
    "by hand, before the export": (
        Case(TWO)
        .load()
        .sync()
        .act("add_participant", **BY_HAND)
        .submit(1004, "C")
        .ended()
        .export(Sent({**BOTH, 1004: "C"}, report(3))),
        {"WF-SIS-ONLY"},
    ),
    "by hand, after the export": (
        EXPORTED.act("add_participant", **BY_HAND).submit(1004, "C").export(Sent({1004: "C"})),
        {"WF-SIS-ONLY"},
    ),
    "by hand, after the export, left out": (
        EXPORTED.act("add_participant", **BY_HAND).submit(1004, "C").export(),
        set(),
    ),
    "not added after all": (
        EXPORTED.act("add_participant", done=False, **LATE).export(Sent({1003: "C"})),
        {"WF-VALUE"},
    ),
    "who is there already": (
        Case(TWO).load().sync().act("add_participant", **AGAIN).ended().export(Sent(BOTH, OK)),
        set(),
    ),
    "instant export goes off": (INSTANT.submit(1001, "A"), set()),
    "instant export goes on": (INSTANT.submit(1001, "A", Sent({1001: "A"})), {"WF-INSTANT-OFF"}),
    "instant export is still shown as on": (
        began(Flow((person(1001),), instant_export=True))
        .submit(1001, "A", Sent({1001: "A"}))
        .act("add_participant", **LATE)
        .state("exported", instant=True, p1001="exported", p1003="not_exported"),
        {"WF-INSTANT-OFF"},
    ),
}
