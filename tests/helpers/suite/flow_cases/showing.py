"""What the product shows."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.model import steps
from helpers.suite.flow_cases.common import (
    BOTH,
    EXPORTED,
    FAILED,
    GARBLED,
    LOST,
    OK,
    PARTIAL,
    REFUSED,
    TWICE,
    TWO,
)
from helpers.suite.made_flow import Case, Sent, listed
from mock_sis.exchange import Reply

GOOD = {"p1001": "exported", "p1002": "exported"}
BAD = {"p1001": "failed", "p1002": "failed"}
HALF = {"p1001": "exported", "p1002": ("failed", "blocked")}
ODD = Case(TWO).ready().export(Sent(BOTH, listed(1)))
FOREIGN = Case(TWO).ready().export(Sent(BOTH, listed(1, (999, "?"))))
UNNAMED = Case(TWO).ready().export(Sent(BOTH, listed(1, counted=1)))

SHOWN: Mapping[str, tuple[Case, set[str]]] = {
    "exported": (EXPORTED.state("exported", **GOOD), set()),
    "exported, but shown as failed": (
        EXPORTED.state("partly_exported", p1001="exported", p1002="failed"),
        {"WF-TRUTH"},
    ),
    "exported, but not shown": (EXPORTED.state("exported", p1001="exported"), {"WF-TRUTH"}),
    "never sent, shown as exported": (
        Case(TWO).ready().state("exported", **GOOD).export(TWICE),
        {"WF-TRUTH"},
    ),
    "failed": (FAILED.state("failed", **BAD), set()),
    "failed, shown as exported": (FAILED.state("exported", **GOOD), {"WF-TRUTH"}),
    "failed, the flow shown as exported": (FAILED.state("exported", **BAD), {"WF-TRUTH"}),
    "failed, not shown as failed": (
        FAILED.state("failed", p1001="failed", p1002="not_exported"),
        {"WF-FAILED-STATE"},
    ),
    "failed, still queued": (
        FAILED.state("failed", p1001="queued", p1002="failed"),
        {"WF-FAILED-STATE"},
    ),
    "failed, the flow not shown as failed": (
        FAILED.state("not_exported", **BAD),
        {"WF-FAILED-STATE"},
    ),
    "refused": (REFUSED.state("partly_exported", **HALF), set()),
    "refused, shown as exported": (
        REFUSED.state("partly_exported", **GOOD),
        {"WF-PARTIAL"},
    ),
    "refused, still queued": (
        REFUSED.state("partly_exported", p1001="exported", p1002=("queued", "blocked")),
        {"WF-PARTIAL"},
    ),
    "refused after a wrong grade, the flow shown as exported": (
        Case(TWO).ready().export(Sent({1001: "A", 1002: "C"}, PARTIAL)).state("exported", **HALF),
        {"WF-VALUE"},
    ),
    "refused, so all failed": (REFUSED.state("failed", **BAD), {"WF-PARTIAL", "WF-PARTIAL-SHOWN"}),
    "refused, the flow shown as exported": (
        REFUSED.state("exported", **HALF),
        {"WF-200-IS-NOT-SUCCESS"},
    ),
    "refused, no reason shown": (
        REFUSED.state("partly_exported", p1001="exported", p1002=("failed", "no")),
        {"WF-PARTIAL-SHOWN"},
    ),
    "lost": (LOST.state("failed", **BAD), set()),
    "lost, shown as exported": (LOST.state("failed", **GOOD), {"WF-ONCE-AMBIGUOUS"}),
    "lost, the flow shown as exported": (LOST.state("exported", **BAD), {"WF-ONCE-AMBIGUOUS"}),
    "garbled, shown as exported": (GARBLED.state("failed", **GOOD), {"WF-TRUTH"}),
    "201 with a report, either way": (
        Case(TWO).ready().export(Sent(BOTH, Reply(201, (), OK.body))).state("failed", **BAD),
        set(),
    ),
    "one too few": (ODD.state("failed", **BAD), set()),
    "one too few, one shown": (
        ODD.state("partly_exported", p1001="exported", p1002="failed"),
        set(),
    ),
    "one too few, both shown": (ODD.state("failed", **GOOD), {"WF-COUNTS"}),
    "one too few, the flow shown": (
        ODD.state("exported", p1001="exported", p1002="failed"),
        {"WF-COUNTS"},
    ),
    "fewer than none, none shown": (
        Case(TWO).ready().export(Sent(BOTH, listed(-1, (1001, "a")))).state("failed", **BAD),
        set(),
    ),
    "fewer than none, one shown": (
        Case(TWO)
        .ready()
        .export(Sent(BOTH, listed(-1, (1001, "a"))))
        .state("partly_exported", p1001="exported", p1002="failed"),
        {"WF-COUNTS"},
    ),
    "an error without a name": (UNNAMED.state("failed", **GOOD), {"WF-COUNTS"}),
    "a foreign error": (FOREIGN.state("failed", **GOOD), {"WF-FOREIGN-ERROR"}),
    "a foreign error, understood": (FOREIGN.state("failed", **BAD), set()),
    "twice the same error": (
        Case(TWO)
        .ready()
        .export(Sent(BOTH, listed(0, (1002, "a"), (1002, "b"))))
        .state("failed", **GOOD),
        {"WF-FOREIGN-ERROR"},
    ),
    "outstanding, shown as exported": (
        Case(TWO)
        .ready()
        .step(steps.Export(), Sent(BOTH, OK, open=True), answer={"accepted": True})
        .state("exported", open=(2,), **GOOD),
        {"WF-TRUTH"},
    ),
    "outstanding, then answered": (
        Case(TWO)
        .ready()
        .step(steps.Export(), Sent(BOTH, OK, open=True), answer={"accepted": True})
        .step(steps.Quiet())
        .settle()
        .state("exported", **GOOD),
        set(),
    ),
    "outstanding, shown as queued": (
        Case(TWO)
        .ready()
        .step(steps.Export(), Sent(BOTH, OK, open=True), answer={"accepted": True})
        .state("queued", open=(2,), p1001="queued", p1002="queued"),
        set(),
    ),
}
