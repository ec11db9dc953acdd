"""Who is sent, with which grade, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from conformance.model import steps
from conformance.wiseflow.subject import Flow
from helpers.suite.flow_cases.common import (
    BOTH,
    CO,
    MIXED,
    OK,
    ONE,
    OVERRIDDEN,
    REVIEWED,
    TWICE,
    TWO,
    UNAVAILABLE,
    person,
)
from helpers.suite.made_flow import Case, Sent

WHO: Mapping[str, tuple[Case, set[str]]] = {
    "the right ones": (Case(MIXED).ready().export(ONE), set()),
    "by hand": (Case(MIXED).ready().export(Sent(BOTH, OK)), {"WF-SIS-ONLY"}),
    "without a grade": (
        Case(MIXED).ready().export(Sent({1001: "A", 1003: ""}, OK)),
        {"WF-GRADED-ONLY"},
    ),
    "by hand, on the retry": (
        Case(MIXED)
        .ready()
        .export(Sent({1001: "A"}, UNAVAILABLE, stored=False))
        .retry(Sent(BOTH, OK)),
        {"WF-SIS-ONLY"},
    ),
    "one of two": (Case(TWO).ready().export(ONE), {"WF-COMPLETE"}),
    "nobody": (Case(TWO).ready().export(), {"WF-COMPLETE"}),
    "one of two, the first call failed": (
        Case(TWO).ready().export(Sent({1001: "A"}, UNAVAILABLE, stored=False)),
        set(),
    ),
    "a stranger": (Case(TWO).ready().export(Sent({1001: "A", 999: "B"}, OK)), {"WF-VALUE"}),
    "not even zero": (
        Case(Flow((person(1001, "A"), person(1002, "0")))).ready().export(ONE),
        {"WF-GRADED-ONLY"},
    ),
    "who was unlocked before": (
        Case(Flow((person(1001, "A"), replace(person(1002, "B"), unlocked=True))))
        .ready()
        .export(Sent(BOTH, OK)),
        {"WF-UNLOCKED"},
    ),
    "who disagree": (
        Case(Flow((person(1001, "B", "D"),), CO)).ready().export(Sent({1001: "B"})),
        {"WF-CONFLICT"},
    ),
    "half submitted": (
        Case(Flow((person(1001, "B"),), CO)).ready().export(Sent({1001: "B"})),
        {"WF-PARTLY"},
    ),
    "who agree": (
        Case(Flow((person(1001, "B", "B"),), CO)).ready().export(Sent({1001: "B"})),
        set(),
    ),
    "not approved": (
        Case(Flow((person(1001, "B"),), REVIEWED)).ready().export(Sent({1001: "B"})),
        {"WF-PARTLY"},
    ),
    "approved": (
        Case(Flow((person(1001, "B"),), REVIEWED))
        .load()
        .sync()
        .act("approve", participant=1001)
        .ended()
        .export(Sent({1001: "B"})),
        set(),
    ),
    "the others stand after a conflict": (
        Case(Flow((person(1001, "B", "D"),), CO))
        .load()
        .sync()
        .submit(1001, "D")
        .ended()
        .export(Sent({1001: "D"})),
        set(),
    ),
    "the others do not stand after a conflict": (
        Case(Flow((person(1001, "B", "D"),), CO)).load().sync().submit(1001, "D").ended().export(),
        set(),
    ),
    "both submitted again": (
        Case(Flow((person(1001, "B", "D"),), CO))
        .load()
        .sync()
        .submit(1001, "D")
        .submit(1001, "D", assessor="a2")
        .ended()
        .export(),
        {"WF-COMPLETE"},
    ),
}

VALUES: Mapping[str, tuple[Case, set[str]]] = {
    "another grade": (Case(TWO).ready().export(Sent({1001: "A", 1002: "C"}, OK)), {"WF-VALUE"}),
    "trimmed": (
        Case(Flow((person(1001, " C"),))).ready().export(Sent({1001: "C"})),
        {"WF-VALUE"},
    ),
    "null instead of a grade": (
        Case(TWO).ready().export(Sent({1001: "A", 1002: (None, "")}, OK)),
        {"WF-VALUE"},
    ),
    "null for none": (Case(TWO).ready().export(Sent({1001: "A", 1002: ("B", None)}, OK)), set()),
    "a number": (
        Case(Flow((person(1001, "12"),))).ready().export(Sent({1001: (12, "")})),
        {"WF-VALUE"},
    ),
    "an invented alternative": (
        Case(TWO).ready().export(Sent({1001: "A", 1002: ("B", "B")}, OK)),
        {"WF-VALUE"},
    ),
    "the alternative": (
        Case(OVERRIDDEN).ready().export(Sent({1001: "A", 1002: ("C", "B")}, OK)),
        set(),
    ),
    "the alternative alone": (
        Case(OVERRIDDEN).ready().export(Sent({1001: "A", 1002: ("", "B")}, OK)),
        set(),
    ),
    "the alternative as mark": (
        Case(OVERRIDDEN).ready().export(Sent({1001: "A", 1002: ("B", "")}, OK)),
        {"WF-ALT"},
    ),
    "another alternative": (
        Case(OVERRIDDEN).ready().export(Sent({1001: "A", 1002: ("C", "b")}, OK)),
        {"WF-VALUE"},
    ),
    "only an alternative, left out": (
        Case(Flow((person(1001, "A"), person(1002, alternative="B")))).ready().export(ONE),
        {"WF-ALT"},
    ),
    "the alternative of one added by hand": (
        Case(Flow((person(1001, "A"), person(1002, source="manual", alternative="B"))))
        .ready()
        .export(Sent({1001: "A", 1002: ("", "B")}, OK)),
        {"WF-SIS-ONLY"},
    ),
}

WHEN: Mapping[str, tuple[Case, set[str]]] = {
    "never synchronised": (Case(TWO).load().ended().export(TWICE), {"WF-SYNC"}),
    "the fetch failed": (Case(TWO).load().sync(503, "status").ended().export(TWICE), {"WF-SYNC"}),
    "the fetch met a fault": (Case(TWO).load().sync(503, "status").ended().export(), set()),
    "the fetch went wrong by itself": (
        Case(TWO).load().sync(404).ended().export(accepted=False),
        {"WF-COMPLETE"},
    ),
    "the fetch went wrong, then right": (
        Case(TWO).load().sync(404).sync().ended().export(TWICE),
        {"WF-COMPLETE"},
    ),
    "the port was closed": (
        Case(TWO).load().step(steps.Unplug()).sync(None).ended().export(),
        set(),
    ),
    "a later fetch failed": (
        Case(TWO).load().sync().sync(503, "status").ended().export(TWICE),
        set(),
    ),
    "a later fetch failed, so nothing": (
        Case(TWO).load().sync().sync(503, "status").ended().export(),
        set(),
    ),
    "without the feature": (
        Case(TWO, ("retry", "work.inspect")).load().ended().export(TWICE),
        set(),
    ),
    "too early": (Case(TWO).load().sync().export(TWICE), {"WF-PERIOD"}),
    "too early by itself": (Case(TWO).load().sync(200).settle(TWICE), {"WF-PERIOD"}),
    "at the end": (Case(TWO).load().sync().ended().export(TWICE), set()),
    "nobody asked": (Case(TWO).ready().later(TWICE), {"WF-ASKED"}),
    "after a restart, nobody asked": (Case(TWO).ready().killed(TWICE), {"WF-ASKED"}),
    "without a source, so no fetch": (
        Case(Flow(TWO.participants, sis_sources=())).load().sync(None).ended().export(),
        set(),
    ),
    "without a source": (
        Case(Flow(TWO.participants, sis_sources=())).ready().export(TWICE),
        {"WF-SOURCE"},
    ),
    "without a source, refused": (
        Case(Flow(TWO.participants, sis_sources=())).ready().export(accepted=False),
        set(),
    ),
}
