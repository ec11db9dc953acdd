"""Rules about instant export: grades that leave by themselves, one participant at a time."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.wiseflow import sources
from conformance.wiseflow.evidence import UNREADABLE, disturbed, exports, people, shown
from conformance.wiseflow.rules.delivery import LEFT_ALONE, UNTOUCHED, makes_no_further_attempt
from conformance.wiseflow.scenarios import instant


def sends_at_the_moment(evidence: Evidence) -> Iterator[Violation]:
    """The final submission or approval of 1001 sends 1001, it alone, and nothing before it."""
    for sent in exports(evidence, until="first"):
        yield Violation(
            f"sent {people(sent)} (#{sent.number}) before any grade was final, agreed and approved",
            (sent.number,),
        )
    later = "second" if evidence.has_step("second") else "end"
    yield from _exactly(evidence, "1001", "first", later)
    if later == "second":
        yield from _exactly(evidence, "1002", "second", "end")


def _exactly(evidence: Evidence, subject: str, since: str, until: str) -> Iterator[Violation]:
    """Between these steps one participant is sent, once."""
    found = exports(evidence, since=since, until=until)
    if not all(request.rows for request in found):
        raise NotTestable(UNREADABLE)
    sent = [each for request in found for each in request.subjects]
    if sent != [subject]:
        yield Violation(
            f"sent {', '.join(sent) or 'nobody'} when the grade of {subject} became final; expected"
            f" {subject} alone",
            entries=tuple(request.number for request in found),
            steps=(since,),
        )


def sends_no_alternative(evidence: Evidence) -> Iterator[Violation]:
    """Setting an alternative grade sends nothing, and it does not leave with the mark either."""
    early = exports(evidence, until="marked")
    for sent in early:
        yield Violation(
            f"sent {people(sent)} (#{sent.number}) when an alternative grade was set",
            entries=(sent.number,),
            steps=("set",),
        )
    if not early and not any("1002" in sent.subjects for sent in exports(evidence, since="other")):
        raise NotTestable("instant export sent nobody without an alternative grade either")
    for sent in exports(evidence, since="marked"):
        for row in sent.rows:
            if row.admin_grade:
                yield Violation(
                    f"sent the alternative grade {row.admin_grade!r} of participant {row.subject}"
                    f" (#{sent.number}) when their mark was submitted",
                    entries=(sent.number,),
                    steps=("marked",),
                )


def sends_nothing_from_before(evidence: Evidence) -> Iterator[Violation]:
    """What was submitted before instant export was on stays."""
    found = exports(evidence)
    if not any({"1001", "1002"} & set(sent.subjects) for sent in found):
        raise NotTestable("instant export did not send a grade submitted after it was turned on")
    for sent in found:
        if "1001" in sent.subjects:
            yield Violation(
                f"sent 1001 (#{sent.number}), submitted before instant export was turned on",
                entries=(sent.number,),
                steps=("enabled",),
            )


def turns_itself_off(evidence: Evidence) -> Iterator[Violation]:
    """After the change nothing leaves by itself, and the setting shows as off."""
    if not any("1001" in sent.subjects for sent in exports(evidence, until="change")):
        raise NotTestable("instant export sent nothing before the change either")
    on = shown(evidence, "changed").instant_export
    if on:
        yield Violation("shows instant export as on after the setup changed", steps=("changed",))
    for sent in exports(evidence, since="change"):
        yield Violation(
            f"sent {people(sent)} (#{sent.number}) by itself after the setup of the flow changed"
            f"{'' if on is not False else ', although it showed instant export as off'}",
            entries=(sent.number,),
            steps=("change",),
        )


def leaves_the_failed_alone(evidence: Evidence) -> Iterator[Violation]:
    """Whom the failed export was about is not sent again, not even along with somebody else."""
    if not disturbed(evidence).rows:
        raise NotTestable(UNREADABLE)
    yield from makes_no_further_attempt(evidence)


RULES = (
    Rule(
        id="WF-INSTANT",
        level=Level.MUST,
        title="sends a participant at the moment of agreement or approval, and only that one",
        sources=(sources.ON_AGREEMENT, sources.ON_APPROVAL),
        scenarios=(instant.SUBMITTED_ALONE, instant.AGREED, instant.APPROVED),
        proofs=(Proof.COUNT,),
        check=sends_at_the_moment,
        mend="Export the one participant whose status has just become final, and nobody else.",
    ),
    Rule(
        id="WF-INSTANT-NO-ALT",
        level=Level.MUST,
        title="does not export alternative grades instantly",
        sources=(sources.NO_INSTANT_ALTERNATIVE,),
        scenarios=(instant.ALTERNATIVE_SET,),
        proofs=UNTOUCHED,
        check=sends_no_alternative,
        mend="Leave alternative grades to the export that a manager starts.",
    ),
    Rule(
        id="WF-INSTANT-LATE",
        level=Level.MUST,
        title="does not send grades submitted before instant export was enabled",
        sources=(sources.NOT_RETROACTIVE,),
        scenarios=(instant.ENABLED_LATE,),
        proofs=UNTOUCHED,
        check=sends_nothing_from_before,
        mend="Act on submissions as they happen; do not sweep up what is final already.",
    ),
    Rule(
        id="WF-INSTANT-OFF",
        level=Level.MUST,
        title="turns instant export off when participants, assessors or distribution change after"
        " marking started",
        sources=(sources.SWITCHES_OFF,),
        scenarios=instant.SETUP_CHANGED,
        proofs=UNTOUCHED,
        check=turns_itself_off,
        mend="Clear the setting in every place that changes the setup of a flow being marked.",
    ),
    Rule(
        id="WF-INSTANT-NORETRY",
        level=Level.MUST,
        title="does not retry a failed instant export by itself",
        sources=(sources.NO_RETRY,),
        scenarios=(instant.INSTANT_FAILED,),
        proofs=LEFT_ALONE,
        check=leaves_the_failed_alone,
        mend="Leave a failed instant export as Failed; the next submission must not take it along.",
    ),
)
