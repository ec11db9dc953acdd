"""Which rule a breach is against, and the words for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.wiseflow.evidence import SentGrade
from conformance.wiseflow.ledger.due import BECAUSE, CONFLICT, PARTLY, UNLOCKED, Due, Exam, due
from conformance.wiseflow.ledger.exchanges import LOST, Exchange, Fate
from conformance.wiseflow.ledger.values import Licence, Person, Press, who

Why = tuple[str, str]
"""The rule that is broken, and words that follow "sent participant 1002, "."""

BLOCKED: Mapping[str, str] = {
    "WF-SYNC": "before the SIS had answered a fetch of the flow with 200",
    "WF-PERIOD": "before the assessment period ended",
    "WF-SOURCE": "although the flow has no SIS source",
    "WF-INSTANT-ADMIN": "for a manager, although instant export had turned itself off, so that only"
    " an administrator may export",
    "WF-INSTANT-OFF": "after the setup of the flow had changed, which turns instant export off",
    "WF-INSTANT-SYNC": "instantly, before the flow was synchronised",
    "WF-ASKED": "although nobody had asked for an export",
}
"""Why a press allows nothing, by the rule that forbids it."""

INSTANTLY: Mapping[str, str] = {CONFLICT: "WF-INSTANT-AGREED", PARTLY: "WF-INSTANT"}
"""The rules against sending a grade instantly that is not final."""

BY_KIND: Mapping[str, str] = {"retry": "WF-NORETRY-RETRY", "instant": "WF-INSTANT-NORETRY"}
"""The rules against repeating by itself what failed on a retry, or in an instant export."""


def unlicensed(exam: Exam, name: str, person: Person, press: Press, gates: str) -> Why:
    """What is wrong with sending a participant without a licence. `gates` is the rule that would
    forbid an export now, whoever asked; "" if none would."""
    owed = due(exam, name)
    if owed.why_not:
        early = press.kind == "instant" and exam.instant
        rule = INSTANTLY.get(owed.why_not, owed.why_not) if early else owed.why_not
        return rule, BECAUSE[owed.why_not]
    fate = person.final_fate(name)
    if fate is Fate.UNSENT:
        return by_itself(person, person.press.disturbed), "by itself, after its export had failed"
    if person.exchange is not None:
        return _again(fate, name, person, person.exchange, press)
    return _unasked(exam, name, owed, press, gates)


def _again(fate: Fate, name: str, person: Person, before: Exchange, press: Press) -> Why:
    """A participant who was sent before."""
    same = person.press is press
    if same and press.presses > 1:
        return "WF-ONCE-CONCURRENT", f"twice, because export was pressed twice (#{before.number})"
    if before.redirected:
        return "WF-REDIRECT", f"again, following the redirect of #{before.number}"
    if fate is Fate.CONFIRMED:
        after = f"again, although the SIS had confirmed the grade (#{before.number})"
        if press.kind == "instant" and name != press.participant:
            return "WF-INSTANT", after
        if press.kind == "retry" and not same:
            return "WF-RETRY-ONLY-FAILED", after
        return ("WF-ONCE-RESTART" if person.killed else "WF-ONCE"), after
    if fate in (Fate.UNKNOWN, Fate.ODD, Fate.EITHER):
        after = f"again, although the outcome of #{before.number} is unknown"
        if person.killed:
            return "WF-ONCE-RESTART", f"{after}, after it was killed and restarted"
        pressed = press.kind == "export" and not same
        return (LOST if pressed else by_itself(person, before.cause)), after
    said = before.request.answer.summary
    return by_itself(person, before.cause), f"again by itself after #{before.number} ({said})"


def by_itself(person: Person, cause: str) -> str:
    """The rule against sending a participant again without a press, after a failure."""
    return BY_KIND.get(person.press.kind, cause)


def _unasked(exam: Exam, name: str, owed: Due, press: Press, gates: str) -> Why:
    """A participant who was not sent before, and may be sent, but was not asked for now."""
    if exam.instant and not press.blocked and press.kind in ("", "instant"):
        if owed.admin:
            return "WF-INSTANT-NO-ALT", "whose alternative grade is not exported instantly"
        if name in exam.early:
            before = "before instant export was turned on"
            return "WF-INSTANT-LATE", f"whose grade was submitted {before}"
        if press.kind:
            return "WF-INSTANT", "whose grade did not become final just now"
    rule = press.blocked or (gates if press.kind != "instant" else "") or "WF-ASKED"
    return rule, BLOCKED[rule]


# Values


def wrong_value(row: SentGrade, licence: Licence, before: SentGrade | None) -> Why | None:
    """What is wrong with the grades of a row that may be sent; None if nothing is."""
    mark, admin, owed = row.mark, row.admin_grade, licence.due
    if not _differs(row, owed):
        return None
    wanted = " or ".join(repr(each) for each in sorted(owed.marks)) or "none"
    text = f"with mark {mark!r} and adminGrade {admin!r}; expected mark {wanted} and adminGrade"
    return _value_rule(mark, admin, licence, before), f"{text} {owed.admin!r}"


def _value_rule(mark: Any, admin: Any, licence: Licence, before: SentGrade | None) -> str:
    owed = licence.due
    if licence.kind == "instant" and admin:
        return "WF-INSTANT-NO-ALT"
    stale = before is not None and (mark, admin) == (before.mark, before.admin_grade)
    if licence.kind == "retry" and stale:
        return "WF-RETRY-CURRENT"
    if owed.admin and not admin:
        return "WF-ALT"
    return "WF-VALUE"


def value_rules(licence: Licence, before: SentGrade | None) -> Iterator[str]:
    """The rules that a row with this licence tries."""
    yield "WF-VALUE"
    if licence.due.admin:
        yield "WF-ALT"
    if licence.due.marks == {"0"}:
        yield "WF-GRADED-ONLY"
    if licence.kind == "retry" and before is not None and _differs(before, licence.due):
        yield "WF-RETRY-CURRENT"


def _differs(row: SentGrade, owed: Due) -> bool:
    """Whether a row would be wrong now."""
    return row.mark not in owed.marks or row.admin_grade != owed.admin


# Completeness


def complete_rule(licence: Licence) -> str:
    """The rule that demands that this licence is used."""
    if licence.kind == "retry":
        return "WF-RETRY"
    if licence.kind == "instant":
        return "WF-INSTANT"
    if licence.early:
        return "WF-INSTANT-BY-HAND"
    if licence.due.admin and licence.due.marks == {""}:
        return "WF-ALT"
    return "WF-GRADED-ONLY" if licence.due.marks == {"0"} else "WF-COMPLETE"


def left_out(name: str, licence: Licence, press: Press) -> Why:
    """What is wrong with a licence that had to be used and was not."""
    if licence.kind == "retry" and not press.accepted:
        return "WF-FAILED-STATE", f"refused the {press.by}'s retry of a failed export"
    when = {
        "retry": f"on the {press.by}'s retry",
        "instant": "when the grade became final",
    }.get(licence.kind, "when export was pressed")
    grade = licence.due.admin or " or ".join(sorted(licence.due.marks - {""}))
    said = "" if press.accepted else ", which the exporter refused"
    return complete_rule(licence), f"did not send {who(name)} (grade {grade!r}) {when}{said}"


# What a press tries


def tempted(
    exam: Exam, people: Mapping[str, Person], press: Press, given: Mapping[str, Licence]
) -> Iterator[str]:
    """The rules that a press tries by itself, each as often as it could be broken."""
    if press.blocked:
        yield press.blocked
        return
    musts = [licence for licence in given.values() if licence.must]
    for name, person in people.items():
        if person.fate is Fate.CONFIRMED and press.kind == "export":
            yield "WF-ONCE"
        if person.fate is Fate.CONFIRMED and press.kind == "retry" and not musts:
            yield "WF-RETRY-ONLY-FAILED"
        if due(exam, name).why_not == UNLOCKED:
            yield UNLOCKED
        if person.killed and press.kind == "export":
            yield "WF-ONCE-RESTART"
    if press.kind == "instant":
        yield from ("WF-INSTANT-LATE" for _ in exam.early)
        if press.participant in exam.people and exam.people[press.participant].alternative:
            yield "WF-INSTANT-NO-ALT"
        why = due(exam, press.participant).why_not if press.participant in exam.people else ""
        if why:
            yield INSTANTLY.get(why, why)
    refused = press.kind == "retry" and not press.accepted
    yield from ("WF-FAILED-STATE" if refused else complete_rule(each) for each in musts)


def chosen(exam: Exam, people: Mapping[str, Person], press: Press) -> Iterator[str]:
    """The rules that a request with readable rows tries: whom it does not name."""
    for name, person in people.items():
        why = due(exam, name).why_not
        if why:
            yield INSTANTLY.get(why, why) if press.kind == "instant" else why
        if press.kind == "retry" and person.fate is Fate.CONFIRMED:
            yield "WF-RETRY-ONLY-FAILED"
    if press.presses > 1:
        yield "WF-ONCE-CONCURRENT"


def obligations(fate: Fate, exchange: Exchange, kind: str) -> tuple[str, ...]:
    """The rules that forbid to send a participant of this fate again."""
    if fate in (Fate.FAILED, Fate.REFUSED, Fate.UNKNOWN, Fate.ODD, Fate.EITHER):
        return (BY_KIND.get(kind, exchange.cause),)
    return ()
