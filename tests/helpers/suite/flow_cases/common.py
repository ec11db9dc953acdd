"""Flows, answers and the beginnings of cases."""

from __future__ import annotations

from conformance.model import steps
from conformance.wiseflow.subject import Assessment, Assessor, Flow, Participant
from helpers.suite.made_flow import RESET, Case, Rows, Sent, report
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
UNREACHABLE = Case(TWO).ready().step(steps.Unplug()).export().step(steps.Plug())
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
