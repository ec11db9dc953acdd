"""Rules about instant export, which sends each grade as soon as it is final.

The ledger carries all of them.
"""

from __future__ import annotations

from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule
from conformance.wiseflow import sources
from conformance.wiseflow.ledger import carried
from conformance.wiseflow.rules.delivery import LEFT_ALONE, UNTOUCHED
from conformance.wiseflow.scenarios import families, instant, joining

RULES = (
    Rule(
        id="WF-INSTANT",
        level=Level.MUST,
        title="must send a participant once the grade is agreed or approved, and no other one",
        sources=(sources.ON_AGREEMENT, sources.ON_APPROVAL),
        scenarios=(
            instant.SUBMITTED_ALONE,
            instant.AGREED,
            instant.APPROVED,
            instant.RESUBMITTED,
        ),
        proofs=(Proof.COUNT,),
        check=carried("WF-INSTANT"),
        everywhere=True,
        fix="Export only the participant whose grade has just become final.",
    ),
    Rule(
        id="WF-INSTANT-NO-ALT",
        level=Level.MUST,
        title="must not export alternative grades instantly",
        sources=(sources.NO_INSTANT_ALTERNATIVE,),
        scenarios=(instant.ALTERNATIVE_SET,),
        proofs=UNTOUCHED,
        check=carried("WF-INSTANT-NO-ALT"),
        everywhere=True,
        fix="Send alternative grades only in an export that a manager starts.",
    ),
    Rule(
        id="WF-INSTANT-LATE",
        level=Level.MUST,
        title="must not send grades submitted before instant export was enabled",
        sources=(sources.NOT_RETROACTIVE,),
        scenarios=(instant.ENABLED_LATE,),
        proofs=UNTOUCHED,
        check=carried("WF-INSTANT-LATE"),
        everywhere=True,
        fix="Export on each submission. Do not look for grades that are already final.",
    ),
    Rule(
        id="WF-INSTANT-OFF",
        level=Level.MUST,
        title="must turn instant export off when participants, assessors or their distribution"
        " change after marking started",
        sources=(sources.SWITCHES_OFF,),
        scenarios=(*instant.SETUP_CHANGED, joining.UNDER_INSTANT_EXPORT),
        proofs=UNTOUCHED,
        check=carried("WF-INSTANT-OFF"),
        everywhere=True,
        fix="Turn the setting off in every function that changes the setup of a flow.",
    ),
    Rule(
        id="WF-INSTANT-NORETRY",
        level=Level.MUST,
        title="must not retry a failed instant export by itself",
        sources=(sources.NO_RETRY,),
        scenarios=(instant.INSTANT_FAILED, instant.REFUSED, *families.INSTANTLY),
        proofs=LEFT_ALONE,
        check=carried("WF-INSTANT-NORETRY"),
        everywhere=True,
        fix="Show Failed, and do not send that participant with the next submission.",
    ),
    Rule(
        id="WF-INSTANT-SYNC",
        level=Level.MUST,
        title="must not export instantly before the flow is synchronised with the SIS",
        sources=(sources.SYNCED_FIRST, sources.ON_AGREEMENT),
        scenarios=(instant.NEVER_SYNCED,),
        proofs=UNTOUCHED,
        check=carried("WF-INSTANT-SYNC"),
        everywhere=True,
        fix="Check on the instant path, too, that a fetch of the flow has succeeded.",
    ),
    Rule(
        id="WF-INSTANT-AGREED",
        level=Level.MUST,
        title="must not export instantly while assessors disagree",
        sources=(sources.ON_AGREEMENT, sources.STATUSES),
        scenarios=(instant.DISAGREED,),
        proofs=UNTOUCHED,
        check=carried("WF-INSTANT-AGREED"),
        everywhere=True,
        fix="Export once all assessors have submitted the same grade.",
    ),
    Rule(
        id="WF-INSTANT-ADMIN",
        level=Level.MUST,
        title="must let only administrators export once instant export has turned itself off",
        sources=(sources.ONLY_ADMINISTRATORS,),
        scenarios=(instant.BY_ADMINISTRATORS,),
        proofs=(Proof.COUNT,),
        check=carried("WF-INSTANT-ADMIN"),
        everywhere=True,
        fix="Remember that the setting turned itself off, and check the role of whoever exports.",
    ),
    Rule(
        id="WF-INSTANT-BY-HAND",
        level=Level.MUST,
        title="must let a manager export by hand what was submitted before instant export was"
        " enabled",
        sources=(sources.BY_HAND,),
        scenarios=(instant.BY_HAND,),
        proofs=(Proof.COUNT,),
        check=carried("WF-INSTANT-BY-HAND"),
        everywhere=True,
        fix="Let the export button send everyone who is final and was not sent yet.",
    ),
)
