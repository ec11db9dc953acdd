"""Rules about the body of a PUT: the schema and XML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Violation
from conformance.schoology import sources
from conformance.schoology.evidence.content import GradeKey, key_in_words, whole_number
from conformance.schoology.evidence.record import entered
from conformance.schoology.evidence.wire import PUT, GradesRequest, SentRow, is_xml, require_puts
from conformance.schoology.scenarios import sending
from mock_sis.contracts.contract import contract
from mock_sis.errors import Refused
from mock_sis.formats.negotiation import JSON_TYPE, XML_TEXT_TYPE, XML_TYPE, request_format
from mock_sis.journal.entry import Entry

SCHEMA = "schoology/grades-request.schema.json"
FORMATS = (JSON_TYPE, XML_TYPE, XML_TEXT_TYPE)

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""The characters that XML 1.0 forbids, escaped or not."""


def sends_a_valid_body(evidence: Evidence) -> Iterator[Violation]:
    """Every body is readable by its Content-Type and valid, and no row is empty."""
    sent_by_number = {sent.number: sent for sent in require_puts(evidence)}
    for entry in evidence.calls(PUT):
        try:
            data = request_format(entry.call, FORMATS).decode(entry.call.body)
        except Refused as error:
            yield _invalid_body(entry, f"that cannot be read: {error}")
            continue
        for problem in contract(SCHEMA).problems(data):
            where = problem.pointer or "(root)"
            yield _invalid_body(
                entry, f"that is invalid under the schema at {where}: {problem.message}"
            )
        yield from _invalid_rows(entry, sent_by_number[entry.number])


def _invalid_body(entry: Entry, how: str) -> Violation:
    return Violation(f"sent a body (#{entry.number}) {how}", (entry.number,))


def _invalid_rows(entry: Entry, sent: GradesRequest) -> Iterator[Violation]:
    for row in sent.rows:
        for problem in _row_problems(row):
            yield _invalid_body(entry, f"whose row for {key_in_words(row.key)} {problem}")


def _row_problems(row: SentRow) -> Iterator[str]:
    content = row.content
    if not all(part.isdecimal() for part in row.key):
        yield "has an id that is not a number"
    if not content.graded and "grade" not in row.raw and not content.comment:
        yield "has no grade, exception or comment"
    if isinstance(content.grade, float) and not 0 <= content.grade < float("inf"):
        yield f"has the grade {row.raw.get('grade')!r}; expected a number of at least 0"
    if content.exception not in (0, 1, 2, 3):
        yield f"has the exception {row.raw.get('exception')!r}; expected 0 to 3"
    if whole_number(row.raw.get("comment_status")) not in (0, 1):
        yield f"has the comment_status {row.raw.get('comment_status')!r}; expected 0 or 1"


def writes_correct_xml(evidence: Evidence) -> Iterator[Violation]:
    """The bodies are well-formed XML and declared as XML, and carry each comment as entered."""
    wanted = {key: each.comment for key, each in entered(evidence).items() if each.comment}
    arrived: set[GradeKey] = set()
    for sent, entry in zip(require_puts(evidence), evidence.calls(PUT), strict=True):
        problem = _xml_problem(entry)
        if problem:
            yield _invalid_body(entry, problem)
            continue
        by_then = entered(evidence, before=sent.number)
        for row in sent.rows:
            comment = by_then[row.key].comment if row.key in by_then else ""
            if wanted.get(row.key) == comment:
                arrived.add(row.key)
            if not _survived(comment, row.content.comment):
                yield Violation(
                    f"sent the comment {row.content.comment!r} for {key_in_words(row.key)}"
                    f" (#{sent.number}); the teacher entered {comment!r}",
                    (sent.number,),
                )
    for key in wanted.keys() - arrived:
        yield Violation(f"never sent the comment {wanted[key]!r} for {key_in_words(key)} as XML")


def _xml_problem(entry: Entry) -> str:
    if not is_xml(entry.call):
        return f"as {entry.call.header('Content-Type')!r}; expected XML, as configured"
    try:
        request_format(entry.call, FORMATS).decode(entry.call.body)
    except Refused as error:
        return f"that is not well-formed XML: {error}"
    return ""


def _survived(entered_as: str, arrived: str) -> bool:
    """Whether a comment arrived whole. Characters that XML forbids may be dropped or replaced."""
    pieces = (re.escape(piece) for piece in _UNFIT.split(entered_as.strip()))
    return re.fullmatch(".?".join(pieces), arrived.strip()) is not None


RULES = (
    Rule(
        id="SC-BODY",
        level=Level.MUST,
        title="must send bodies that are valid under the schema and name enrollment and assignment",
        sources=(sources.PUT_GRADES,),
        scenarios=(sending.PLAIN, sending.PLAIN_XML, sending.FULL, sending.FULL_XML),
        proofs=(Proof.COUNT,),
        check=sends_a_valid_body,
        fix=f"Validate the body with schemas/{SCHEMA}.",
    ),
    Rule(
        id="SC-XML",
        level=Level.MUST_INFERRED,
        title="must escape and declare XML correctly for any comment",
        sources=(sources.PUT_XML, sources.XML_TEXT),
        scenarios=(sending.AWKWARD_XML, sending.UNFIT_XML),
        proofs=(Proof.COUNT,),
        check=writes_correct_xml,
        fix="Write XML with a library, in the declared encoding, and remove the control characters"
        " that XML forbids.",
    ),
)
