"""One row of a request, held against what is due. Raw values are compared, as the body has them.

The class of a deviation is the rule that it breaks: a grade beside an exception (SC-EXCEPTION), a
letter that the scale lacks (SC-LETTER), a grade for an ungraded student (SC-ZERO), what the
teacher took back (SC-TAKEN-BACK), a comment that students must not see (SC-COMMENT-HIDDEN,
SC-FINAL-HIDDEN), text that XML spoilt (SC-XML), a final comment at another place
(SC-FINAL-COMMENT), and any other value than the one entered (SC-VALUE).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.schoology.evidence.content import (
    Content,
    grade_in_words,
    whole_number,
)
from conformance.schoology.ledger.due import points, survived

FINAL_FIELDS = ("enrollment_id", "period_id", "comment")
"""The fields that a final comment must have."""

_SPECIAL = re.compile("[^\x20\t\n\r!#-%(-;=?-~]")
"""What has to be escaped or encoded in XML."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A deviation: the rule it breaks, what is wrong in general words, and what was sent instead of
    what, as in "It sent … for enrollment 1; …"."""

    rule: str
    fault: str
    sent: str
    due: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A row as sent, and what it is held against: `before` is the content that the SIS confirmed
    last, `letters` are those of the scale, and `elsewhere` the final comments that are due on the
    enrollment. `released` says whether the teacher released the comment, even an empty one."""

    raw: Mapping[str, Any]
    before: Content
    letters: Sequence[str] = ()
    elsewhere: Sequence[str] = ()
    final: bool = False
    released: bool = False
    xml: bool = False


def wrongs(sent: Sent, due: Content) -> Iterator[Wrong]:
    """The deviations of a row from what is due."""
    if sent.final:
        yield from _incomplete(sent.raw)
    else:
        yield from _grade(sent, due)
        yield from _exception(sent, due)
    yield from _comment(sent, due)
    yield from _visibility(sent, due)


def _incomplete(raw: Mapping[str, Any]) -> Iterator[Wrong]:
    missing = [name for name in FINAL_FIELDS if name not in raw]
    if missing:
        names = ", ".join(missing)
        yield Wrong(
            "SC-FINAL-COMMENT", "incomplete", f"a final comment without {names}", "all are required"
        )


def _grade(sent: Sent, due: Content) -> Iterator[Wrong]:
    if "grade" not in sent.raw:
        return
    found = points(sent.raw["grade"], sent.letters)
    given = "no grade" if found is None else f"the grade {grade_in_words(found)}"
    beside = max(0, whole_number(sent.raw.get("exception")))
    if found is not None and (beside or due.exception):
        given += f" together with the exception {beside}" if beside else ""
        rule, why = "SC-EXCEPTION", f"the exception {due.exception or beside} replaces the grade"
    elif found == due.grade and not (isinstance(found, str) and found not in sent.letters):
        return
    elif sent.xml and isinstance(due.grade, str) and _SPECIAL.search(due.grade):
        rule, why = "SC-XML", f"the teacher entered the grade {due.grade!r}"
    elif isinstance(found, str) and found not in sent.letters:
        scale = ", ".join(sent.letters)
        rule = "SC-LETTER"
        why = f"its scale has {scale}" if scale else "the assignment takes points only"
    elif due.grade is None:
        rule = "SC-ZERO" if sent.before.grade is None else "SC-TAKEN-BACK"
        why = "it is ungraded"
    else:
        rule = "SC-ZERO" if due.grade == 0 and found is None else "SC-VALUE"
        why = f"the teacher entered the grade {grade_in_words(due.grade)}"
    yield Wrong(rule, "grade", given, why)


def _exception(sent: Sent, due: Content) -> Iterator[Wrong]:
    if "exception" not in sent.raw:
        return
    found = whole_number(sent.raw["exception"])
    if found == due.exception or (due.exception and points(sent.raw.get("grade"), ()) is not None):
        return
    rule = "SC-TAKEN-BACK" if found == sent.before.exception != 0 else "SC-VALUE"
    why = f"the teacher entered the exception {due.exception}"
    if not due.exception:
        why = "the teacher entered no exception"
    yield Wrong(rule, "exception", f"the exception {sent.raw['exception']}", why)


def _comment(sent: Sent, due: Content) -> Iterator[Wrong]:
    if "comment" not in sent.raw:
        return
    found = sent.raw["comment"]
    if survived(due.comment, "" if found is None else found):
        return
    rule = "SC-VALUE"
    if found in sent.elsewhere:
        rule = "SC-FINAL-COMMENT"
    elif not due.comment and survived(sent.before.comment, found):
        rule = "SC-TAKEN-BACK"
    elif sent.xml and _SPECIAL.search(due.comment):
        rule = "SC-XML"
    why = f"the teacher entered {due.comment!r}" if due.comment else "the teacher entered nothing"
    yield Wrong(rule, "comment", f"the comment {found!r}", why)


def _visibility(sent: Sent, due: Content) -> Iterator[Wrong]:
    status = sent.raw.get("comment_status")
    given = status not in (None, "")
    visible = whole_number(status) == 1 if given else sent.before.visible
    if given and visible and not (due.visible or sent.released):
        rule = "SC-FINAL-HIDDEN" if sent.final else "SC-COMMENT-HIDDEN"
        yield Wrong(rule, "visible", "the comment as visible", "the teacher did not release it")
    elif due.visible and not visible and ("comment" in sent.raw or given):
        yield Wrong("SC-VALUE", "hidden", "the comment as hidden", "the teacher released it")
