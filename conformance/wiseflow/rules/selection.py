"""Rules about which participants are exported, and with which grade."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote_plus

import orjson

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Scenario, Violation
from conformance.model.sources import Source
from conformance.wiseflow import sources
from conformance.wiseflow.evidence import NOTHING_SENT, UNREADABLE_BODY, SentGrade, exports
from conformance.wiseflow.ledger import carried
from conformance.wiseflow.scenarios import data, instant, joining, selection
from mock_sis.exchange import Call


def refuses_to_change(evidence: Evidence) -> Iterator[Violation]:
    """An exported alternative grade can be neither changed nor withdrawn."""
    rows = (row for sent in exports(evidence) for row in sent.rows if row.user_id in sent.confirmed)
    if not any(row.user_id == "1002" and row.admin_grade for row in rows):
        raise NotTestable("no alternative grade was exported, so none had to be locked")
    for label in ("change", "withdrawal"):
        if (evidence.step(label).answer or {}).get("done"):
            yield Violation(
                f"allowed the {label} of participant 1002's alternative grade after the export",
                steps=(label,),
            )


def reveals_no_one_else(evidence: Evidence) -> Iterator[Violation]:
    """No request contains a canary, a text planted in participants who are not exported."""
    _sent(evidence)
    for entry in evidence.requests:
        for part, text in _parts(entry.call):
            for canary, owner in selection.CANARIES.items():
                if canary in text:
                    yield Violation(
                        f"sent {canary!r} in {part} (#{entry.number}), which belongs to participant"
                        f" {owner}, who is not exported",
                        entries=(entry.number,),
                    )


def _parts(call: Call) -> Iterator[tuple[str, str]]:
    """The parts of a request that can carry text, each with its name."""
    yield "the URL", unquote_plus(call.target)
    yield from ((f"the header {name}", value) for name, value in call.headers)
    yield "the body", _plain(call.body)


def _plain(body: bytes) -> str:
    """A body as text, also with its JSON escapes decoded, so that they hide no canary."""
    try:
        return f"{body.decode(errors='replace')} {orjson.loads(body)}"
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")


def _sent(evidence: Evidence) -> list[tuple[int, SentGrade]]:
    requests = exports(evidence)
    found = [(sent.number, row) for sent in requests for row in sent.rows]
    if not found:
        raise NotTestable(UNREADABLE_BODY if requests else NOTHING_SENT)
    return found


def _not_sent(
    name: str,
    title: str,
    scenarios: tuple[Scenario, ...],
    source: Source,
    fix: str,
) -> Rule:
    return Rule(
        id=name,
        level=Level.MUST_INFERRED,
        title=title,
        sources=(source,),
        scenarios=scenarios,
        proofs=(Proof.COUNT,),
        check=carried(name),
        everywhere=True,
        fix=fix,
    )


RULES = (
    Rule(
        id="WF-VALUE",
        level=Level.MUST_INFERRED,
        title="must send each mark, alternative grade and id exactly as entered",
        sources=(sources.AS_ENTERED,),
        scenarios=(
            selection.PLAIN,
            data.PLAIN,
            data.OVERRIDDEN,
            data.PARTLY,
            data.INSTANT,
            data.MANY_EXPORTED,
        ),
        proofs=(Proof.COUNT,),
        check=carried("WF-VALUE"),
        everywhere=True,
        fix="Treat grades and ids as text: do not trim, translate, round, normalise or re-encode.",
    ),
    Rule(
        id="WF-GRADED-ONLY",
        level=Level.MUST,
        title="must export only participants with a grade or an alternative grade (0 is a grade)",
        sources=(sources.ONLY_GRADED,),
        scenarios=(selection.ZERO_AND_NONE, selection.RETRIED_ALL),
        proofs=(Proof.COUNT,),
        check=carried("WF-GRADED-ONLY"),
        everywhere=True,
        fix="Compare the grade with None instead of testing its truth: 0 and '0' are grades.",
    ),
    Rule(
        id="WF-SIS-ONLY",
        level=Level.MUST,
        title="must export only participants added through a SIS source",
        sources=(sources.ONLY_SIS,),
        scenarios=(
            selection.ADDED_BY_HAND,
            selection.RETRIED_ALL,
            selection.RETRIED_PART,
            instant.ADDED_BY_HAND,
            joining.ADDED_BY_HAND,
        ),
        proofs=(Proof.COUNT,),
        check=carried("WF-SIS-ONLY"),
        everywhere=True,
        fix="Store the source of each participant, and select by it.",
    ),
    _not_sent(
        "WF-CONFLICT",
        "must not export a grade that the co-assessors disagree on",
        (selection.CONFLICTING, selection.RETRIED_ASSESSED),
        sources.STATUSES,
        "Export a grade only if all co-assessors have submitted the same one.",
    ),
    _not_sent(
        "WF-PARTLY",
        "must not export a partly submitted grade",
        (selection.PARTLY_SUBMITTED, selection.RETRIED_ASSESSED),
        sources.STATUSES,
        "Wait until every co-assessor has submitted. A draft does not count.",
    ),
    Rule(
        id="WF-UNLOCKED",
        level=Level.MUST_INFERRED,
        title="must not export an unlocked grade that was not resubmitted",
        sources=(sources.UNLOCKING,),
        scenarios=(selection.UNLOCKED, selection.UNLOCKED_WHEN_FAILED),
        proofs=(Proof.COUNT,),
        check=carried("WF-UNLOCKED"),
        everywhere=True,
        fix="Treat an unlocked grade as not submitted until it is resubmitted, also on a retry.",
    ),
    Rule(
        id="WF-ALT",
        level=Level.MUST,
        title="must send an alternative grade as adminGrade",
        sources=(sources.ALTERNATIVE, sources.ONLY_GRADED),
        scenarios=(selection.ALTERNATIVE, data.OVERRIDDEN),
        proofs=(Proof.COUNT,),
        check=carried("WF-ALT"),
        everywhere=True,
        fix="Set adminGrade if a participant has an alternative grade, with or without a mark.",
    ),
    Rule(
        id="WF-ALT-FROZEN",
        level=Level.MUST,
        title="must refuse to change an alternative grade that was exported",
        sources=(sources.FROZEN,),
        scenarios=(selection.ALTERNATIVE_CHANGED,),
        proofs=(Proof.COUNT,),
        check=refuses_to_change,
        fix="Refuse to change or withdraw an alternative grade once the SIS has confirmed it.",
    ),
    Rule(
        id="WF-CANARY",
        level=Level.MUST_INFERRED,
        title="must not send data of participants who are not exported",
        sources=(sources.ONLY_SIS, sources.ONLY_GRADED),
        scenarios=(selection.PLANTED,),
        proofs=(Proof.COUNT,),
        check=reveals_no_one_else,
        fix="Build the request, its headers and its URL from the selected participants only.",
    ),
)
