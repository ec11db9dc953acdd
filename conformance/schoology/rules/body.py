"""Rules about the body of a PUT: the schema and XML."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Violation
from conformance.schoology import sources
from conformance.schoology.evidence.content import key_in_words, whole_number
from conformance.schoology.evidence.wire import FORMATS, PUT, GradesRequest, SentRow, require_puts
from conformance.schoology.ledger import carried
from conformance.schoology.scenarios import sending
from mock_sis.contracts.contract import contract
from mock_sis.errors import Refused
from mock_sis.formats.negotiation import request_format
from mock_sis.journal.entry import Entry

SCHEMA = "schoology/grades-request.schema.json"


def sends_a_valid_body(evidence: Evidence) -> Iterator[Violation]:
    """Every body is readable by its Content-Type and valid, and no row is empty."""
    for entry, sent in zip(evidence.calls(PUT), require_puts(evidence), strict=True):
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
        yield from _invalid_rows(entry, sent)


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
    if not {"grade", "exception", "comment"} & row.raw.keys():
        yield "has no grade, exception or comment"
    if isinstance(content.grade, float) and not 0 <= content.grade < float("inf"):
        yield f"has the grade {row.raw.get('grade')!r}; expected a number of at least 0"
    if content.exception not in (0, 1, 2, 3):
        yield f"has the exception {row.raw.get('exception')!r}; expected 0 to 3"
    if whole_number(row.raw.get("comment_status")) not in (0, 1):
        yield f"has the comment_status {row.raw.get('comment_status')!r}; expected 0 or 1"


RULES = (
    Rule(
        id="SC-BODY",
        level=Level.MUST,
        title="must send bodies that are valid under the schema and name enrollment and assignment",
        sources=(sources.PUT_GRADES,),
        scenarios=(*sending.PLAIN, *sending.FULL),
        proofs=(Proof.COUNT,),
        check=sends_a_valid_body,
        fix=f"Validate the body with schemas/{SCHEMA}.",
        everywhere=True,
    ),
    Rule(
        id="SC-XML",
        level=Level.MUST_INFERRED,
        title="must escape and declare XML correctly for any letter and comment",
        sources=(sources.PUT_XML, sources.XML_TEXT),
        scenarios=(sending.AWKWARD_XML, sending.UNFIT_XML),
        proofs=(Proof.COUNT,),
        check=carried("SC-XML"),
        fix="Write XML with a library, in the declared encoding. Remove the control characters that"
        " XML forbids, or show the row as failed and say why.",
        everywhere=True,
    ),
)
