"""The rule about institutions with a form of their own."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.wiseflow import sources
from conformance.wiseflow.evidence import GRADES, NOTHING_SENT
from conformance.wiseflow.forms import forms_of
from conformance.wiseflow.mapped import body_defects
from conformance.wiseflow.scenarios import mapping
from mock_sis.formats.mapping.rows import MEDIA_TYPES
from mock_sis.formats.negotiation import content_type


def keeps_the_mapping(evidence: Evidence) -> Iterator[Violation]:
    """Each body has the institution's form and type. How the answer is read shows in the rules
    about states, which hold in these cases too."""
    body = forms_of(evidence.policies).body
    sent = evidence.calls(GRADES)
    if not sent:
        raise NotTestable(NOTHING_SENT)
    for entry in sent:
        expected = MEDIA_TYPES[body.format]
        if content_type(entry.call)[0] not in expected:
            yield Violation(
                f"sent the Content-Type {entry.call.header('Content-Type')!r} (#{entry.number});"
                f" expected {' or '.join(expected)}",
                entries=(entry.number,),
            )
        yield from body_defects(entry, body)


RULES = (
    Rule(
        id="WF-MAPPING",
        level=Level.MUST_INFERRED,
        title="must build the body by the institution's mapping",
        sources=(sources.OWN_FORMS,),
        scenarios=mapping.SCENARIOS,
        proofs=(Proof.COUNT,),
        check=keeps_the_mapping,
        fix="Build the body by `mapping` of configure: format, paths, fields that are switched off,"
        " and the type of ids.",
    ),
)
