"""Rules about grades, letters, exceptions and comments."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.schoology import sources
from conformance.schoology.evidence.content import (
    GradeKey,
    content_in_words,
    grade_in_words,
    key_in_words,
)
from conformance.schoology.evidence.record import entered, entered_comments, letters, stored
from conformance.schoology.evidence.wire import require_puts, require_rows
from conformance.schoology.scenarios import sending


def sends_no_grade_with_an_exception(evidence: Evidence) -> Iterator[Violation]:
    """No row has both a grade and an exception, and every exception reaches the SIS."""
    for sent, row in require_rows(evidence):
        if row.content.exception and row.content.grade is not None:
            yield Violation(
                f"sent the grade {grade_in_words(row.content.grade)} together with the exception"
                f" {row.content.exception} for {key_in_words(row.key)} (#{sent.number})",
                (sent.number,),
            )
    held = stored(evidence)
    for key, content in entered(evidence).items():
        there = held.get(key)
        if content.exception and (there is None or there.exception != content.exception):
            yield Violation(
                f"left {key_in_words(key)} with {content_in_words(there)} in the SIS; the teacher"
                f" entered the exception {content.exception}"
            )


def sends_letters_of_the_scale(evidence: Evidence) -> Iterator[Violation]:
    """Each letter is on the scale of its assignment."""
    known, seen = letters(evidence), False
    for sent, row in require_rows(evidence):
        letter = row.content.grade
        if not isinstance(letter, str):
            continue
        seen = True
        scale = known.get(row.key[0], ())
        if letter not in scale:
            has = (
                f"its scale has {', '.join(scale)}" if scale else "the assignment takes points only"
            )
            yield Violation(
                f"sent the grade {letter!r} for {key_in_words(row.key)} (#{sent.number}); {has}",
                (sent.number,),
            )
    if not seen:
        raise NotTestable("the exporter sent no letter, so this rule cannot be judged")


def shows_released_comments_only(evidence: Evidence) -> Iterator[Violation]:
    """No comment is sent or stored as visible unless the teacher released it."""
    seen = False
    for sent, row in require_rows(evidence):
        seen = seen or bool(row.content.comment)
        released = entered(evidence, before=sent.number).get(row.key)
        if row.content.visible and not (released and released.visible):
            yield Violation(
                f"sent the comment for {key_in_words(row.key)} as visible (#{sent.number}); the"
                " teacher did not release it",
                (sent.number,),
            )
    if not seen:
        raise NotTestable("the exporter sent no comment, so this rule cannot be judged")
    wanted = entered(evidence)
    for key, held in stored(evidence).items():
        if held.visible and key in wanted and not wanted[key].visible:
            text = f"left the comment for {key_in_words(key)} visible in the SIS"
            yield Violation(f"{text}; the teacher has hidden it")


def names_enrollment_period_and_comment(evidence: Evidence) -> Iterator[Violation]:
    """Each final comment names its enrollment and period, and is sent as entered."""
    wanted = entered_comments(evidence)
    arrived: set[GradeKey] = set()
    for sent in require_puts(evidence):
        for row in sent.comments:
            missing = {"enrollment_id", "period_id", "comment"} - row.raw.keys()
            if missing:
                names = ", ".join(sorted(missing))
                yield Violation(
                    f"sent a final comment without {names} (#{sent.number})", (sent.number,)
                )
                continue
            arrived.add(row.key)
            if row.key not in wanted or row.content.comment != wanted[row.key].comment:
                text = repr(wanted[row.key].comment) if row.key in wanted else "nothing"
                yield Violation(
                    f"sent the comment {row.content.comment!r} on {_period(row.key)}"
                    f" (#{sent.number}); the teacher entered {text}",
                    (sent.number,),
                )
    for key in wanted.keys() - arrived:
        yield Violation(f"never sent the comment on {_period(key)}")


def _period(key: GradeKey) -> str:
    period = "the course" if key[1] == "final" else f"period {key[1]}"
    return f"{period} of enrollment {key[0]}"


def distinguishes_zero_from_ungraded(evidence: Evidence) -> Iterator[Violation]:
    """A zero arrives as zero. An ungraded student is sent no grade and keeps the stored one."""
    wanted = entered(evidence)
    ungraded = {key for key, content in wanted.items() if not content.graded}
    for sent, row in require_rows(evidence):
        if row.key in ungraded and row.content.grade is not None:
            yield Violation(
                f"sent the grade {grade_in_words(row.content.grade)} for {key_in_words(row.key)}"
                f" (#{sent.number}), which is ungraded",
                (sent.number,),
            )
    held = stored(evidence)
    for key in wanted.keys() - ungraded:
        there = held.get(key)
        if wanted[key].grade == 0 and (there is None or there.grade != 0):
            text = f"left {key_in_words(key)} with {content_in_words(there)} in the SIS"
            yield Violation(f"{text}; the teacher entered the grade 0")
    for key in ungraded:
        if key in held and held[key].grade is None:
            yield Violation(
                f"cleared the grade that the SIS held for {key_in_words(key)}, which is ungraded"
            )


RULES = (
    Rule(
        id="SC-EXCEPTION",
        level=Level.MUST,
        title="must not send a grade together with an exception",
        sources=(sources.EXCEPTIONS,),
        scenarios=(sending.EXCUSED, sending.EXCUSED_LATER),
        proofs=(Proof.COUNT,),
        check=sends_no_grade_with_an_exception,
        fix="Omit the grade, or send it as null, if exception is not 0.",
    ),
    Rule(
        id="SC-LETTER",
        level=Level.MUST,
        title="must send only letters that are on the assignment's scale",
        sources=(sources.LETTER_GRADES,),
        scenarios=(sending.LETTERS,),
        proofs=(Proof.COUNT,),
        check=sends_letters_of_the_scale,
        fix="Check each letter against the scale of its assignment before sending it.",
    ),
    Rule(
        id="SC-COMMENT-HIDDEN",
        level=Level.MUST,
        title="must not make a comment visible to the student unless the teacher released it",
        sources=(sources.COMMENT_STATUS,),
        scenarios=(sending.HIDDEN, sending.HIDDEN_LATER),
        proofs=(Proof.COUNT,),
        check=shows_released_comments_only,
        fix="Send comment_status with every comment: 1 if the teacher released it, otherwise 0.",
    ),
    Rule(
        id="SC-FINAL-COMMENT",
        level=Level.MUST,
        title="must send each final comment with the enrollment and period (or final) it is for",
        sources=(sources.FINAL_COMMENTS,),
        scenarios=(sending.FINAL_COMMENTS,),
        proofs=(Proof.COUNT,),
        check=names_enrollment_period_and_comment,
        fix="Store final comments by enrollment and period. 'final' is a separate period.",
    ),
    Rule(
        id="SC-ZERO",
        level=Level.MUST_INFERRED,
        title="must send zero as zero and must not send a grade for ungraded students",
        sources=(sources.ZEROES,),
        scenarios=(sending.ZERO_AND_NONE,),
        proofs=(Proof.COUNT,),
        check=distinguishes_zero_from_ungraded,
        fix="Compare the grade with None instead of testing its truth. Omit ungraded students.",
    ),
)
