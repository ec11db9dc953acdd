"""Rules about instant export, which sends each grade as soon as it is final."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.wiseflow import sources
from conformance.wiseflow.evidence import (
    UNREADABLE_BODY,
    exports,
    faulted_export,
    participants,
    shown,
    who_was_sent,
)
from conformance.wiseflow.rules.delivery import LEFT_ALONE, UNTOUCHED, makes_no_further_attempt
from conformance.wiseflow.scenarios import instant


def sends_final_grades_at_once(evidence: Evidence) -> Iterator[Violation]:
    """The final submission or approval for 1001 sends 1001 only, and nothing is sent before it."""
    for sent in exports(evidence, until="first"):
        yield Violation(
            f"sent {who_was_sent(sent)} (#{sent.number}) before any grade was final",
            (sent.number,),
        )
    later = "second" if evidence.has_step("second") else "end"
    yield from _sent_alone(evidence, "1001", "first", later)
    if later == "second":
        yield from _sent_alone(evidence, "1002", "second", "end")


def _sent_alone(evidence: Evidence, user_id: str, since: str, until: str) -> Iterator[Violation]:
    """Between these steps this participant is sent once, and no other."""
    found = exports(evidence, since=since, until=until)
    if not all(request.rows for request in found):
        raise NotTestable(UNREADABLE_BODY)
    sent = [each for request in found for each in request.user_ids]
    if sent != [user_id]:
        yield Violation(
            f"sent {participants(sent) if sent else 'nothing'} when the grade of {user_id} became"
            f" final; expected participant {user_id} alone",
            entries=tuple(request.number for request in found),
            steps=(since,),
        )


def sends_no_alternative(evidence: Evidence) -> Iterator[Violation]:
    """Setting an alternative grade sends nothing, and a later mark does not take it along."""
    early = exports(evidence, until="marked")
    for sent in early:
        yield Violation(
            f"sent {who_was_sent(sent)} (#{sent.number}) when an alternative grade was set",
            entries=(sent.number,),
            steps=("set",),
        )
    if not early and not any("1002" in sent.user_ids for sent in exports(evidence, since="other")):
        raise NotTestable("instant export did not send participant 1002 either, so it did not work")
    for sent in exports(evidence, since="marked"):
        for row in sent.rows:
            if row.admin_grade:
                yield Violation(
                    f"sent the alternative grade {row.admin_grade!r} of participant {row.user_id}"
                    f" (#{sent.number}) when the mark was submitted",
                    entries=(sent.number,),
                    steps=("marked",),
                )


def sends_no_earlier_grades(evidence: Evidence) -> Iterator[Violation]:
    """A grade submitted before instant export was on is not sent."""
    found = exports(evidence)
    if not any({"1001", "1002"} & set(sent.user_ids) for sent in found):
        raise NotTestable("instant export sent no grade after it was turned on, so it did not work")
    for sent in found:
        if "1001" in sent.user_ids:
            yield Violation(
                f"sent participant 1001 (#{sent.number}), whose grade was submitted before instant"
                " export was turned on",
                entries=(sent.number,),
                steps=("enabled",),
            )


def turns_itself_off(evidence: Evidence) -> Iterator[Violation]:
    """After the change nothing is sent, and the setting is shown as off."""
    if not any("1001" in sent.user_ids for sent in exports(evidence, until="change")):
        raise NotTestable("instant export sent nothing before the change, so it did not work")
    on = shown(evidence, "changed").instant_export
    if on:
        yield Violation(
            "shows instant export as on after the setup changed; expected off", steps=("changed",)
        )
    for sent in exports(evidence, since="change"):
        yield Violation(
            f"sent {who_was_sent(sent)} (#{sent.number}) after the setup of the flow changed"
            f"{'' if on is not False else ', although it showed instant export as off'}",
            entries=(sent.number,),
            steps=("change",),
        )


def does_not_resend_the_failed(evidence: Evidence) -> Iterator[Violation]:
    """The participant of the failed export is not sent again, not even with another one."""
    if not faulted_export(evidence).rows:
        raise NotTestable(UNREADABLE_BODY)
    yield from makes_no_further_attempt(evidence)


RULES = (
    Rule(
        id="WF-INSTANT",
        level=Level.MUST,
        title="must send a participant once the grade is agreed or approved, and no other one",
        sources=(sources.ON_AGREEMENT, sources.ON_APPROVAL),
        scenarios=(instant.SUBMITTED_ALONE, instant.AGREED, instant.APPROVED),
        proofs=(Proof.COUNT,),
        check=sends_final_grades_at_once,
        fix="Export only the participant whose grade has just become final.",
    ),
    Rule(
        id="WF-INSTANT-NO-ALT",
        level=Level.MUST,
        title="must not export alternative grades instantly",
        sources=(sources.NO_INSTANT_ALTERNATIVE,),
        scenarios=(instant.ALTERNATIVE_SET,),
        proofs=UNTOUCHED,
        check=sends_no_alternative,
        fix="Send alternative grades only in an export that a manager starts.",
    ),
    Rule(
        id="WF-INSTANT-LATE",
        level=Level.MUST,
        title="must not send grades submitted before instant export was enabled",
        sources=(sources.NOT_RETROACTIVE,),
        scenarios=(instant.ENABLED_LATE,),
        proofs=UNTOUCHED,
        check=sends_no_earlier_grades,
        fix="Export on each submission. Do not look for grades that are already final.",
    ),
    Rule(
        id="WF-INSTANT-OFF",
        level=Level.MUST,
        title="must turn instant export off when participants, assessors or their distribution"
        " change after marking started",
        sources=(sources.SWITCHES_OFF,),
        scenarios=instant.SETUP_CHANGED,
        proofs=UNTOUCHED,
        check=turns_itself_off,
        fix="Turn the setting off in every function that changes the setup of a flow.",
    ),
    Rule(
        id="WF-INSTANT-NORETRY",
        level=Level.MUST,
        title="must not retry a failed instant export by itself",
        sources=(sources.NO_RETRY,),
        scenarios=(instant.INSTANT_FAILED,),
        proofs=LEFT_ALONE,
        check=does_not_resend_the_failed,
        fix="Show Failed, and do not send that participant with the next submission.",
    ),
)
