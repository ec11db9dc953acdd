"""The ledger of the WISEflow-style dialect on both sides of each border.

Each case is a short story with the rules that it breaks; the same story without the last fault
breaks none. A fate, a licence or a state that the ledger takes for another one shows here.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from conformance.model import steps
from conformance.model.account import told
from conformance.wiseflow.ledger import ledger
from conformance.wiseflow.subject import Assessment, Assessor, Flow, Participant
from helpers.suite.made_flow import RESET, Case, Rows, Sent, listed, report
from mock_sis.exchange import Reply

CO = (Assessor("a1", "co_assessor"), Assessor("a2", "co_assessor"))
REVIEWED = (Assessor("a1"), Assessor("r1", "reviewer"))


def person(user_id: int, *grades: str, source: str = "sis", alternative: str = "") -> Participant:
    """A participant whose assessors a1, a2 and so on have submitted these grades."""
    marks = tuple(Assessment(f"a{n}", grade) for n, grade in enumerate(grades, start=1))
    return Participant(user_id, "Åsa", "Ng", marks, source, alternative or None)  # type: ignore[arg-type]


TWO = Flow((person(1001, "A"), person(1002, "B")))
MIXED = Flow((person(1001, "A"), person(1002, "B", source="manual"), person(1003)))
OVERRIDDEN = Flow((person(1001, "A"), person(1002, "C", alternative="B")))
INSTANT = Flow((person(1001), person(1002), person(1003, source="manual")), instant_export=True)
BOTH: Rows = {1001: "A", 1002: "B"}
UNAVAILABLE = Reply(503, (), b"")
OK = report(2)
PARTIAL = report(1, p1002="blocked")

EXPORTED = Case(TWO).ready().export(Sent(BOTH, OK))
FAILED = Case(TWO).ready().export(Sent(BOTH, UNAVAILABLE, ("status",), stored=False))
REFUSED = Case(TWO).ready().export(Sent(BOTH, PARTIAL))
LOST = Case(TWO).ready().export(Sent(BOTH, RESET, ("reset_after",), how=None))
CUT_OFF = Case(TWO).ready().export(Sent(BOTH, RESET, ("reset_before",), how=None, stored=False))
STALLED = Case(TWO).ready().export(Sent(BOTH, OK, ("stall",), how="client_gone"))
GARBLED = Case(TWO).ready().export(Sent(BOTH, Reply(200, (), b"<p>"), ("html_page",)))
RETRY_FAILED = FAILED.retry(Sent(BOTH, UNAVAILABLE, stored=False))


def answered(status: int) -> Case:
    """An export that the SIS answered with this status."""
    return Case(TWO).ready().export(Sent(BOTH, Reply(status, (), b""), stored=False))


def began(flow: Flow = INSTANT) -> Case:
    """An instant export before the period ends."""
    return Case(flow).load().sync()


ONE = Sent({1001: "A"})
TWICE = Sent(BOTH, OK)

ONCE: Mapping[str, tuple[Case, set[str]]] = {
    "once": (EXPORTED, set()),
    "again by export": (EXPORTED.export(TWICE), {"WF-ONCE"}),
    "again by export, refused": (EXPORTED.export(accepted=False), set()),
    "again the next day": (EXPORTED.later(TWICE), {"WF-ONCE"}),
    "again by retry": (EXPORTED.retry(TWICE), {"WF-RETRY-ONLY-FAILED"}),
    "again after a restart": (EXPORTED.killed(TWICE), {"WF-ONCE-RESTART"}),
    "again after a restart and a press": (EXPORTED.killed().export(ONE), {"WF-ONCE-RESTART"}),
    "two presses, two exports": (
        Case(TWO).ready().export(Sent(BOTH, OK), TWICE, presses=2),
        {"WF-ONCE-CONCURRENT"},
    ),
    "two presses, one export": (Case(TWO).ready().export(Sent(BOTH, OK), presses=2), set()),
    "in two requests": (
        Case(TWO).ready().export(Sent({1001: "A"}), Sent({1002: "B"})),
        set(),
    ),
    "twice in one press": (Case(TWO).ready().export(Sent(BOTH, OK), ONE), {"WF-ONCE"}),
    "lost, then export": (LOST.export(TWICE), {"WF-ONCE-AMBIGUOUS"}),
    "lost, then by itself": (LOST.later(TWICE), {"WF-ONCE-AMBIGUOUS"}),
    "lost, then retry": (LOST.retry(TWICE), set()),
    "killed in flight": (
        Case(TWO).ready().export(Sent(BOTH, OK, how=None, open=True)).killed().export(TWICE),
        {"WF-ONCE-RESTART"},
    ),
    "not readable after a success": (EXPORTED.later(Sent(b"?", OK)), {"WF-ONCE"}),
    "twice in one body": (
        Case(TWO)
        .ready()
        .export(
            Sent(
                b'{"participants": [{"userId": 1001, "mark": "A"}, {"userId": "1001", "mark": "A"},'
                b' {"userId": 1002, "mark": "B"}]}',
                OK,
            )
        ),
        {"WF-NO-DUPLICATES"},
    ),
}

NO_RETRY: Mapping[str, tuple[Case, set[str]]] = {
    "failed, left alone": (FAILED.later(), set()),
    "failed, then export": (FAILED.export(TWICE), set()),
    "failed, by itself": (FAILED.later(TWICE), {"WF-NORETRY-STATUS"}),
    "failed, by the client": (
        Case(TWO).ready().export(Sent(BOTH, UNAVAILABLE, stored=False), TWICE),
        {"WF-NORETRY-STATUS"},
    ),
    "failed, after a restart": (FAILED.killed(TWICE), {"WF-NORETRY-STATUS"}),
    "refused, by itself": (REFUSED.later(Sent({1002: "B"})), {"WF-NORETRY-REFUSED"}),
    "refused, then export": (REFUSED.export(Sent({1002: "B"})), set()),
    "refused, export sends all": (REFUSED.export(TWICE), {"WF-ONCE"}),
    "cut off, by itself": (CUT_OFF.later(TWICE), {"WF-NORETRY-RESET"}),
    "stalled, by itself": (STALLED.later(TWICE), {"WF-NORETRY-TIMEOUT"}),
    "garbled, by itself": (GARBLED.later(TWICE), {"WF-NORETRY-BODY"}),
    "401, by itself": (answered(401).later(TWICE), {"WF-NORETRY-AUTH"}),
    "403, by itself": (answered(403).later(TWICE), {"WF-NORETRY-AUTH"}),
    "429, by itself": (answered(429).later(TWICE), {"WF-NORETRY-THROTTLED"}),
    "409, by itself": (answered(409).later(TWICE), {"WF-NORETRY-STATUS"}),
    "204, by itself": (answered(204).later(TWICE), {"WF-NORETRY-BODY"}),
    "a redirect, followed": (
        Case(TWO).ready().export(Sent(BOTH, Reply(307, (), b""), stored=False), TWICE),
        {"WF-REDIRECT"},
    ),
    "the retry failed, by itself": (RETRY_FAILED.later(TWICE), {"WF-NORETRY-RETRY"}),
    "the retry failed, then retry": (RETRY_FAILED.retry(TWICE), set()),
    "work is planned": (FAILED.settle(pending=("retry in 180 s",)), {"WF-NORETRY-PENDING"}),
    "work is planned without a failure": (EXPORTED.settle(pending=("clean up",)), set()),
    "an unreadable body, by itself": (FAILED.later(Sent(b"?", OK)), {"WF-NORETRY-STATUS"}),
}

RETRY: Mapping[str, tuple[Case, set[str]]] = {
    "all": (FAILED.retry(TWICE), set()),
    "some": (FAILED.retry(ONE), {"WF-RETRY"}),
    "nobody": (FAILED.retry(), {"WF-RETRY"}),
    "refused to the manager": (FAILED.retry(accepted=False), {"WF-FAILED-STATE"}),
    "the refused": (REFUSED.retry(Sent({1002: "B"})), set()),
    "everybody": (REFUSED.retry(TWICE), {"WF-RETRY-ONLY-FAILED"}),
    "not the unknown": (LOST.retry(), set()),
    "nothing left": (FAILED.retry(TWICE).retry(accepted=False), set()),
    "changed": (
        FAILED.act("unlock", participant=1002)
        .submit(1002, "D")
        .retry(Sent({1001: "A", 1002: "D"}, OK)),
        set(),
    ),
    "as it failed": (
        FAILED.act("unlock", participant=1002).submit(1002, "D").retry(TWICE),
        {"WF-RETRY-CURRENT"},
    ),
    "changed to something else": (
        FAILED.act("unlock", participant=1002)
        .submit(1002, "D")
        .retry(Sent({1001: "A", 1002: "E"}, OK)),
        {"WF-VALUE"},
    ),
    "while unlocked": (
        FAILED.act("unlock", participant=1002).retry(TWICE),
        {"WF-UNLOCKED"},
    ),
    "not while unlocked": (FAILED.act("unlock", participant=1002).retry(ONE), set()),
    "not unlocked after all": (
        FAILED.act("unlock", participant=1002, done=False).retry(TWICE),
        set(),
    ),
}

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
    "the fetch failed": (Case(TWO).load().sync(503).ended().export(TWICE), {"WF-SYNC"}),
    "a later fetch failed": (Case(TWO).load().sync().sync(503).ended().export(TWICE), set()),
    "a later fetch failed, so nothing": (
        Case(TWO).load().sync().sync(503).ended().export(),
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
    "without a source": (
        Case(Flow(TWO.participants, sis_sources=())).ready().export(TWICE),
        {"WF-SOURCE"},
    ),
    "without a source, refused": (
        Case(Flow(TWO.participants, sis_sources=())).ready().export(accepted=False),
        set(),
    ),
}

INSTANTLY: Mapping[str, tuple[Case, set[str]]] = {
    "at once": (began().submit(1001, "A", ONE), set()),
    "not at all": (began().submit(1001, "A"), {"WF-INSTANT"}),
    "not when refused": (
        began().act("submit_assessment", done=False, participant=1001, assessor="a1", grade="A"),
        set(),
    ),
    "not without the setting": (
        Case(Flow((person(1001),))).load().sync().submit(1001, "A"),
        set(),
    ),
    "without the setting": (
        Case(Flow((person(1001),))).load().sync().submit(1001, "A", ONE),
        {"WF-ASKED"},
    ),
    "with somebody else": (
        began().submit(1001, "A", ONE).submit(1002, "B", Sent(BOTH, OK)),
        {"WF-INSTANT"},
    ),
    "the one added by hand": (
        began().submit(1003, "A", Sent({1003: "A"})),
        {"WF-SIS-ONLY"},
    ),
    "never synchronised": (Case(INSTANT).load().submit(1001, "A", ONE), {"WF-INSTANT-SYNC"}),
    "one of two assessors": (
        began(Flow((person(1001),), CO, instant_export=True)).submit(1001, "A", ONE),
        {"WF-INSTANT"},
    ),
    "disagreeing": (
        began(Flow((person(1001),), CO, instant_export=True))
        .submit(1001, "A")
        .submit(1001, "B", Sent({1001: "B"}), assessor="a2"),
        {"WF-INSTANT-AGREED"},
    ),
    "agreeing": (
        began(Flow((person(1001),), CO, instant_export=True))
        .submit(1001, "A")
        .submit(1001, "A", ONE, assessor="a2"),
        set(),
    ),
    "an alternative": (
        began().act("set_alternative_grade", Sent({1001: ("", "B")}), participant=1001, grade="B"),
        {"WF-INSTANT-NO-ALT"},
    ),
    "a mark with an alternative": (
        began()
        .act("set_alternative_grade", participant=1001, grade="B")
        .submit(1001, "A", Sent({1001: ("A", "B")})),
        {"WF-INSTANT-NO-ALT"},
    ),
    "an invented alternative": (
        began().submit(1001, "A", Sent({1001: ("A", "A")})),
        {"WF-INSTANT-NO-ALT"},
    ),
    "enabled late": (
        Case(Flow((person(1001, "A"), person(1002))))
        .load()
        .sync()
        .act("enable_instant_export", ONE),
        {"WF-INSTANT-LATE"},
    ),
    "enabled late, then taken along": (
        Case(Flow((person(1001, "A"), person(1002))))
        .load()
        .sync()
        .act("enable_instant_export")
        .submit(1002, "B", Sent(BOTH, OK)),
        {"WF-INSTANT-LATE"},
    ),
    "enabled late, by hand": (
        Case(Flow((person(1001, "A"), person(1002))))
        .load()
        .sync()
        .act("enable_instant_export")
        .submit(1002, "B", Sent({1002: "B"}))
        .ended()
        .export(ONE),
        set(),
    ),
    "enabled late, not by hand": (
        Case(Flow((person(1001, "A"), person(1002))))
        .load()
        .sync()
        .act("enable_instant_export")
        .ended()
        .export(),
        {"WF-INSTANT-BY-HAND"},
    ),
    "the setup changed": (
        began().act("change_setup", change="assessors").submit(1001, "A", ONE),
        {"WF-INSTANT-OFF"},
    ),
    "the setup changed, then a manager": (
        began().act("change_setup", change="assessors").submit(1001, "A").ended().export(ONE),
        {"WF-INSTANT-ADMIN"},
    ),
    "the setup changed, then an administrator": (
        began()
        .act("change_setup", change="assessors")
        .submit(1001, "A")
        .ended()
        .export(ONE, by="administrator"),
        set(),
    ),
    "the setup changed, enabled again": (
        began()
        .act("change_setup", change="assessors")
        .act("enable_instant_export")
        .submit(1001, "A", ONE),
        {"WF-INSTANT-OFF"},
    ),
    "the setup changed, still shown as on": (
        began()
        .submit(1001, "A", ONE)
        .act("change_setup", change="assessors")
        .state("exported", instant=True, p1001="exported"),
        {"WF-INSTANT-OFF"},
    ),
    "failed, with the next one": (
        began()
        .submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False))
        .submit(1002, "B", Sent(BOTH, OK)),
        {"WF-INSTANT-NORETRY"},
    ),
    "failed, submitted again": (
        began()
        .submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False))
        .act("unlock", participant=1001)
        .submit(1001, "A", ONE),
        set(),
    ),
    "failed, submitted again, waits": (
        began()
        .submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False))
        .act("unlock", participant=1001)
        .submit(1001, "A"),
        set(),
    ),
    "failed, retried in the period": (
        began().submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False)).retry(ONE),
        set(),
    ),
    "failed, not retried in the period": (
        began().submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False)).retry(),
        set(),
    ),
    "failed, not retried after the period": (
        began().submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False)).ended().retry(),
        {"WF-RETRY"},
    ),
    "sent, submitted again": (
        began()
        .submit(1001, "A", ONE)
        .act("unlock", participant=1001)
        .submit(1001, "B", Sent({1001: "B"})),
        {"WF-ONCE"},
    ),
}

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
    "outstanding, shown as queued": (
        Case(TWO)
        .ready()
        .step(steps.Export(), Sent(BOTH, OK, open=True), answer={"accepted": True})
        .state("queued", open=(2,), p1001="queued", p1002="queued"),
        set(),
    ),
}

TABLES = {
    "once": ONCE,
    "no retry": NO_RETRY,
    "retry": RETRY,
    "who": WHO,
    "values": VALUES,
    "when": WHEN,
    "instantly": INSTANTLY,
    "shown": SHOWN,
}
CASES = {
    f"{table}: {name}": case for table, cases in TABLES.items() for name, case in cases.items()
}


@pytest.mark.parametrize(("case", "broken"), CASES.values(), ids=CASES.keys())
def test_a_case_breaks_exactly_these_rules(case: Case, broken: set[str]) -> None:
    account = ledger(case.evidence())
    rules = {breach.rule for breach in account.breaches}
    assert {rule for rule in rules if told(account.breaches, rule)} == broken
    assert broken <= set(account.tried)
