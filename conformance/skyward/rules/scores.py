"""Rules about which scores are sent, and when, and about the work of teachers in the SIS."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.skyward import sources
from conformance.skyward.evidence.record import course, item_keys, score_key
from conformance.skyward.evidence.wire import SentObject, results
from conformance.skyward.ledger import carried
from conformance.skyward.scenarios import data, failing, picking, restarting, sending, stories


def flags_nothing_as_late(evidence: Evidence) -> Iterator[Violation]:
    """No result carries a late flag."""
    where = item_keys(evidence)
    late = {
        (str(each["item"]), str(each["student"]))
        for each in course(evidence)["scores"]
        if each["late"]
    }
    sent = results(evidence)
    if not any(score_key(each, where) in late for each in sent):
        raise NotTestable("no score of late work was transferred, so this rule cannot be judged")
    for each in sent:
        if _is_flagged(each):
            text = f"flagged the score of student {each.ref('student')} as late (#{each.number})"
            yield Violation(text, (each.number,))


def _is_flagged(sent: SentObject) -> bool:
    flags = [value for name, value in sent.members.items() if name.lower() in ("late", "islate")]
    return any(str(value).lower() not in ("false", "0", "none", "") for value in flags)


RULES = (
    Rule(
        id="SK-ON-TRANSFER",
        level=Level.MUST,
        title="must send nothing without Transfer, and all new or changed scores on the next one",
        sources=(sources.ON_TRANSFER,),
        scenarios=(
            sending.EDITED,
            failing.CHANGE_LOST,
            failing.LAGGING_OVER,
            stories.RETRIED,
            picking.TICKED,
            restarting.EDITED,
        ),
        proofs=(Proof.COUNT, Proof.WITNESS, Proof.LATER, Proof.QUIET, Proof.RESTART),
        check=carried("SK-ON-TRANSFER"),
        everywhere=True,
        fix="Wait until Transfer is pressed, and then send every score that differs from the one"
        " the SIS accepted.",
    ),
    Rule(
        id="SK-SIS-WINS",
        level=Level.MUST,
        title="must not overwrite a score changed in the SIS, and must keep the others in sync",
        sources=(sources.RECORD,),
        scenarios=(
            sending.CHANGED_THERE,
            sending.CHANGED_THERE_KEPT,
            data.MANY,
            restarting.CHANGED_THERE,
        ),
        proofs=(Proof.COUNT, Proof.RESTART),
        check=carried("SK-SIS-WINS"),
        everywhere=True,
        fix="Read the results before sending. If the SIS holds a score that you never sent, do not"
        " overwrite it.",
    ),
    Rule(
        id="SK-TEACHER",
        level=Level.MUST,
        title="must leave category, weight, late flag and removal as the teacher set them in the"
        " SIS",
        sources=(sources.OF_RECORD, sources.CATEGORY_KEPT, sources.NOT_FLAGGED),
        scenarios=(stories.TAUGHT, stories.REMOVED),
        proofs=(Proof.COUNT,),
        check=carried("SK-TEACHER"),
        everywhere=True,
        fix="Send scores only, and leave out `late`. Read the line items before sending, keep the"
        " category that the SIS shows, and do not create again what was removed there.",
    ),
    Rule(
        id="SK-FOREIGN",
        level=Level.MUST,
        title="must not change items created in the SIS or show them in the course",
        sources=(sources.ONE_WAY,),
        scenarios=(sending.FOREIGN, picking.NAMED_THERE),
        proofs=(Proof.COUNT,),
        check=carried("SK-FOREIGN"),
        everywhere=True,
        fix="Recognise your line items by the sourcedIds you chose, not by their titles. Choose"
        " ones that the SIS cannot have given: with a prefix of yours, or random ones that you"
        " store.",
    ),
    Rule(
        id="SK-NO-LATE",
        level=Level.MUST,
        title="must not send a late flag",
        sources=(sources.NOT_FLAGGED,),
        scenarios=(sending.PLAIN,),
        proofs=(Proof.COUNT,),
        check=flags_nothing_as_late,
        everywhere=True,
        fix="Omit `late` from every result.",
    ),
    Rule(
        id="SK-UNGRADED",
        level=Level.MUST_INFERRED,
        title="must send zero as zero and nothing for ungraded students",
        sources=(sources.ZEROES,),
        scenarios=(sending.ZERO_AND_NONE,),
        proofs=(Proof.COUNT,),
        check=carried("SK-UNGRADED"),
        everywhere=True,
        fix="Compare the score with None instead of testing its truth. Omit ungraded students.",
    ),
    Rule(
        id="SK-CLEARED",
        level=Level.MUST_INFERRED,
        title="must not send a cleared score as zero, or as any other score",
        sources=(sources.CLEARED, sources.ZEROES),
        scenarios=(stories.CLEARED,),
        proofs=(Proof.COUNT,),
        check=carried("SK-CLEARED"),
        everywhere=True,
        fix="Compare the score with None instead of testing its truth. Omit a cleared score, or"
        " delete the result.",
    ),
)
