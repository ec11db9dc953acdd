"""Rules about the body of a PUT: its shape, and its XML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Violation
from conformance.schoology import sources
from conformance.schoology.evidence.content import GradePlace, code, spell
from conformance.schoology.evidence.record import entered
from conformance.schoology.evidence.wire import PUT, GradeRow, Sent, is_xml, some_puts
from conformance.schoology.scenarios import sending
from mock_sis.contracts.contract import contract
from mock_sis.errors import Refused
from mock_sis.formats.negotiation import JSON_TYPE, XML_TEXT_TYPE, XML_TYPE, request_format
from mock_sis.journal.entry import Entry

SCHEMA = "schoology/grades-request.schema.json"
FORMATS = (JSON_TYPE, XML_TYPE, XML_TEXT_TYPE)

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 cannot carry, escaped or not."""


def sends_a_valid_body(evidence: Evidence) -> Iterator[Violation]:
    """Every body can be read by its Content-Type, keeps the schema, and says something in each
    row."""
    sent_by_number = {sent.number: sent for sent in some_puts(evidence)}
    for entry in evidence.calls(PUT):
        try:
            data = request_format(entry.call, FORMATS).decode(entry.call.body)
        except Refused as error:
            yield _broken(entry, f"that cannot be read: {error}")
            continue
        for problem in contract(SCHEMA).problems(data):
            where = problem.pointer or "(root)"
            yield _broken(entry, f"that breaks the schema at {where}: {problem.message}")
        yield from _rows(entry, sent_by_number[entry.number])


def _broken(entry: Entry, how: str) -> Violation:
    return Violation(f"sent a body (#{entry.number}) {how}", (entry.number,))


def _rows(entry: Entry, sent: Sent) -> Iterator[Violation]:
    for row in sent.rows:
        for fault in _row_faults(row):
            yield _broken(entry, f"whose row for {spell(row.place)} {fault}")


def _row_faults(row: GradeRow) -> Iterator[str]:
    content = row.content
    if not all(part.isdecimal() for part in row.place):
        yield "names an id that is no number"
    if not content.graded and "grade" not in row.raw and not content.comment:
        yield "has neither a grade nor an exception nor a comment"
    if isinstance(content.grade, float) and not 0 <= content.grade < float("inf"):
        yield f"has the grade {row.raw.get('grade')!r}"
    if content.exception not in (0, 1, 2, 3):
        yield f"has the exception {row.raw.get('exception')!r}; there are 0 to 3"
    if code(row.raw.get("comment_status")) not in (0, 1):
        yield f"has the comment_status {row.raw.get('comment_status')!r}; there are 0 and 1"


def writes_xml_rightly(evidence: Evidence) -> Iterator[Violation]:
    """The bodies are XML and say so, and every comment comes out of them as it was entered."""
    wanted = {place: each.comment for place, each in entered(evidence).items() if each.comment}
    arrived: set[GradePlace] = set()
    for sent, entry in zip(some_puts(evidence), evidence.calls(PUT), strict=True):
        problem = _xml_problem(entry)
        if problem:
            yield _broken(entry, problem)
            continue
        by_then = entered(evidence, before=sent.number)
        for row in sent.rows:
            comment = by_then[row.place].comment if row.place in by_then else ""
            if wanted.get(row.place) == comment:
                arrived.add(row.place)
            if not _survived(comment, row.content.comment):
                yield Violation(
                    f"sent the comment {row.content.comment!r} for {spell(row.place)}"
                    f" (#{sent.number}); it was entered as {comment!r}",
                    (sent.number,),
                )
    for place in wanted.keys() - arrived:
        yield Violation(f"sent no XML with the comment for {spell(place)}")


def _xml_problem(entry: Entry) -> str:
    if not is_xml(entry.call):
        return f"as {entry.call.header('Content-Type')!r}; it is configured to send XML"
    try:
        request_format(entry.call, FORMATS).decode(entry.call.body)
    except Refused as error:
        return f"that is not good XML: {error}"
    return ""


def _survived(entered_as: str, arrived: str) -> bool:
    """Whether a comment arrived whole; what XML cannot carry may be left out or replaced."""
    pieces = (re.escape(piece) for piece in _UNFIT.split(entered_as.strip()))
    return re.fullmatch(".?".join(pieces), arrived.strip()) is not None


RULES = (
    Rule(
        id="SC-BODY",
        level=Level.MUST,
        title="sends bodies valid under the schema, with enrollment, assignment and grade",
        sources=(sources.PUT_GRADES,),
        scenarios=(sending.PLAIN, sending.PLAIN_XML, sending.FULL, sending.FULL_XML),
        proofs=(Proof.COUNT,),
        check=sends_a_valid_body,
        mend=f"Hold the body against schemas/{SCHEMA}.",
    ),
    Rule(
        id="SC-XML",
        level=Level.MUST_INFERRED,
        title="escapes and declares XML rightly for any comment",
        sources=(sources.PUT_XML, sources.XML_TEXT),
        scenarios=(sending.AWKWARD_XML, sending.UNFIT_XML),
        proofs=(Proof.COUNT,),
        check=writes_xml_rightly,
        mend="Write XML with a library, in the encoding that it declares, and take out the control"
        " characters that no XML can hold.",
    ),
)
