"""Rules about whose grades leave, and which of their grades."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import unquote_plus

import orjson

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Scenario, Violation
from conformance.model.sources import Source
from conformance.wiseflow import sources
from conformance.wiseflow.evidence import UNREADABLE, ExportRow, exports
from conformance.wiseflow.scenarios import selection
from mock_sis.exchange import Call


def never_sends(
    *subjects: str, because: str, since: str = ""
) -> Callable[[Evidence], Iterator[Violation]]:
    """A check that none of these participants is in an export, in which others are; from the step
    labelled `since` on."""

    def check(evidence: Evidence) -> Iterator[Violation]:
        found = _sent(evidence)
        before = evidence.step(since).first if since else 0
        for number, row in found:
            if row.subject in subjects and number > before:
                yield Violation(
                    f"sent participant {row.subject} with {_grades(row)} (#{number}), {because}",
                    entries=(number,),
                )

    return check


def leaves_the_unlocked(evidence: Evidence) -> Iterator[Violation]:
    """From the moment a grade is unlocked, the participant is in no export; nor in a retry of one
    that failed before."""
    answer = evidence.step("unlock").answer
    if answer is not None and not answer["done"]:
        raise NotTestable("the grade was not unlocked, which the rule presupposes")
    yield from never_sends("1002", because="whose grade is unlocked", since="unlock")(evidence)


def sends_who_is_graded(evidence: Evidence) -> Iterator[Violation]:
    """Who has no grade stays, and who has the grade 0 goes."""
    yield from never_sends("1004", because="who has no grade")(evidence)
    rows = {row.subject: (number, row) for number, row in _sent(evidence)}
    if "1002" not in rows:
        yield Violation("did not send participant 1002, whose grade is 0; zero is a grade")
    elif rows["1002"][1].mark != "0":
        number, row = rows["1002"]
        yield Violation(
            f"sent participant 1002 with {_grades(row)} (#{number}); the grade is 0", (number,)
        )


def sends_the_alternative(evidence: Evidence) -> Iterator[Violation]:
    """Who has an alternative grade is sent with it, as adminGrade."""
    rows = {row.subject: (number, row) for number, row in _sent(evidence)}
    for subject, grade in (("1002", "B"), ("1003", "D")):
        if subject not in rows:
            yield Violation(f"did not send participant {subject}, who has an alternative grade")
            continue
        number, row = rows[subject]
        if row.admin_grade != grade:
            yield Violation(
                f"sent participant {subject} with {_grades(row)} (#{number}); the alternative grade"
                f" is {grade!r}",
                entries=(number,),
            )


def refuses_to_change(evidence: Evidence) -> Iterator[Violation]:
    """An exported alternative grade is neither changed nor withdrawn."""
    rows = (row for sent in exports(evidence) for row in sent.rows if row.subject in sent.confirmed)
    if not any(row.subject == "1002" and row.admin_grade for row in rows):
        raise NotTestable("no alternative grade was exported, which the rule presupposes")
    for label in ("change", "withdrawal"):
        if (evidence.step(label).answer or {}).get("done"):
            yield Violation(
                f"let the {label} of an alternative grade through that the SIS holds already",
                steps=(label,),
            )


def mentions_nobody_else(evidence: Evidence) -> Iterator[Violation]:
    """None of what was planted in people who stay is in anything that was sent."""
    _sent(evidence)
    for entry in evidence.requests:
        for place, text in _places(entry.call):
            for canary, owner in selection.CANARIES.items():
                if canary in text:
                    yield Violation(
                        f"sent {canary!r} in {place} (#{entry.number}); that is of participant"
                        f" {owner}, who is not exported",
                        entries=(entry.number,),
                    )


def _places(call: Call) -> Iterator[tuple[str, str]]:
    """Where something can stand in a request, and what stands there."""
    yield "the URL", unquote_plus(call.target)
    yield from ((f"the header {name}", value) for name, value in call.headers)
    yield "the body", _plain(call.body)


def _plain(body: bytes) -> str:
    """A body as text, with JSON escapes undone so that they hide nothing."""
    try:
        return f"{body.decode(errors='replace')} {orjson.loads(body)}"
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")


def _sent(evidence: Evidence) -> list[tuple[int, ExportRow]]:
    requests = exports(evidence)
    found = [(sent.number, row) for sent in requests for row in sent.rows]
    if not found:
        unreadable = UNREADABLE if requests else ""
        raise NotTestable(unreadable or "nothing was exported, which the rule presupposes")
    return found


def _grades(row: ExportRow) -> str:
    return f"mark {row.mark!r} and adminGrade {row.admin_grade!r}"


def _stays(
    name: str,
    title: str,
    scenario: Scenario,
    source: Source,
    subjects: tuple[str, ...],
    because: str,
    mend: str,
) -> Rule:
    return Rule(
        id=name,
        level=Level.MUST_INFERRED,
        title=title,
        sources=(source,),
        scenarios=(scenario,),
        proofs=(Proof.COUNT,),
        check=never_sends(*subjects, because=because),
        mend=mend,
    )


RULES = (
    Rule(
        id="WF-GRADED-ONLY",
        level=Level.MUST,
        title="sends only participants with a grade or an alternative grade; zero is a grade",
        sources=(sources.ONLY_GRADED,),
        scenarios=(selection.ZERO_AND_NONE,),
        proofs=(Proof.COUNT,),
        check=sends_who_is_graded,
        mend="Ask whether there is a grade, not whether it is true: 0 and '0' are grades.",
    ),
    Rule(
        id="WF-SIS-ONLY",
        level=Level.MUST,
        title="sends only participants added through a SIS source",
        sources=(sources.ONLY_SIS,),
        scenarios=(selection.ADDED_BY_HAND,),
        proofs=(Proof.COUNT,),
        check=never_sends("1002", "1003", because="who was added by hand"),
        mend="Keep with each participant where they came from, and select by that.",
    ),
    _stays(
        "WF-CONFLICT",
        "never sends a grade the co-assessors disagree on",
        selection.CONFLICTING,
        sources.STATUSES,
        ("1002",),
        "on whose grade the co-assessors disagree",
        "Export only what every co-assessor submitted alike.",
    ),
    _stays(
        "WF-PARTLY",
        "never sends a partly submitted grade",
        selection.PARTLY_SUBMITTED,
        sources.STATUSES,
        ("1002", "1003"),
        "whose second co-assessor has not submitted",
        "Count who has to submit, not who did; a draft is no submission.",
    ),
    Rule(
        id="WF-UNLOCKED",
        level=Level.MUST_INFERRED,
        title="never sends an unlocked and not resubmitted grade",
        sources=(sources.UNLOCKING,),
        scenarios=(selection.UNLOCKED, selection.UNLOCKED_WHEN_FAILED),
        proofs=(Proof.COUNT,),
        check=leaves_the_unlocked,
        mend="Treat an unlocked grade as not submitted until it is again, in a retry too.",
    ),
    Rule(
        id="WF-ALT",
        level=Level.MUST,
        title="sends the alternative grade where there is one, as adminGrade",
        sources=(sources.ALTERNATIVE, sources.ONLY_GRADED),
        scenarios=(selection.ALTERNATIVE,),
        proofs=(Proof.COUNT,),
        check=sends_the_alternative,
        mend="Fill adminGrade wherever an alternative grade is set, with or without a mark.",
    ),
    Rule(
        id="WF-ALT-FROZEN",
        level=Level.MUST,
        title="refuses to change an alternative grade that was exported",
        sources=(sources.FROZEN,),
        scenarios=(selection.ALTERNATIVE_CHANGED,),
        proofs=(Proof.COUNT,),
        check=refuses_to_change,
        mend="Lock alternative grades, withdrawal included, once the SIS has confirmed them.",
    ),
    Rule(
        id="WF-CANARY",
        level=Level.MUST_INFERRED,
        title="sends nothing about people who are not exported",
        sources=(sources.ONLY_SIS, sources.ONLY_GRADED),
        scenarios=(selection.PLANTED,),
        proofs=(Proof.COUNT,),
        check=mentions_nobody_else,
        mend="Build the request from the selected participants alone, headers and URLs included.",
    ),
)
