"""Rules about what is said of a student: grades, letters, exceptions and comments."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.schoology import sources
from conformance.schoology.evidence.content import GradePlace, plain, spell, spelled_content
from conformance.schoology.evidence.record import entered, entered_comments, letters, stored
from conformance.schoology.evidence.wire import rows_sent, some_puts
from conformance.schoology.scenarios import sending


def sends_no_grade_with_an_exception(evidence: Evidence) -> Iterator[Violation]:
    """A row has a grade or an exception; and who has an exception has it in the SIS too."""
    for sent, row in rows_sent(evidence):
        if row.content.exception and row.content.grade is not None:
            yield Violation(
                f"sent the grade {plain(row.content.grade)} together with the exception"
                f" {row.content.exception} for {spell(row.place)} (#{sent.number})",
                (sent.number,),
            )
    held = stored(evidence)
    for place, content in entered(evidence).items():
        there = held.get(place)
        if content.exception and (there is None or there.exception != content.exception):
            yield Violation(
                f"left {spell(place)} with {spelled_content(there)} in the SIS; the teacher entered"
                f" the exception {content.exception}"
            )


def sends_letters_of_the_scale(evidence: Evidence) -> Iterator[Violation]:
    """A grade that is no number is a letter of that assignment's scale."""
    known, seen = letters(evidence), False
    for sent, row in rows_sent(evidence):
        letter = row.content.grade
        if not isinstance(letter, str):
            continue
        seen = True
        scale = known.get(row.place[0], ())
        if letter not in scale:
            has = f"its scale has {', '.join(scale)}" if scale else "it takes points only"
            yield Violation(
                f"sent the grade {letter!r} for {spell(row.place)} (#{sent.number}); {has}",
                (sent.number,),
            )
    if not seen:
        raise NotTestable("no letter was sent, which the rule presupposes")


def shows_released_comments_only(evidence: Evidence) -> Iterator[Violation]:
    """No comment is sent, or left, visible to a student for whom it was not released."""
    seen = False
    for sent, row in rows_sent(evidence):
        seen = seen or bool(row.content.comment)
        released = entered(evidence, before=sent.number).get(row.place)
        if row.content.visible and not (released and released.visible):
            yield Violation(
                f"made the comment for {spell(row.place)} visible (#{sent.number}); the teacher"
                " did not release it",
                (sent.number,),
            )
    if not seen:
        raise NotTestable("no comment was sent, which the rule presupposes")
    wanted = entered(evidence)
    for place, held in stored(evidence).items():
        if held.visible and place in wanted and not wanted[place].visible:
            yield Violation(
                f"left the comment for {spell(place)} visible in the SIS; the teacher has hidden it"
            )


def names_enrollment_period_and_comment(evidence: Evidence) -> Iterator[Violation]:
    """Each final comment says whose it is and for which period, as it was entered there."""
    wanted = entered_comments(evidence)
    arrived: set[GradePlace] = set()
    for sent in some_puts(evidence):
        for row in sent.comments:
            missing = {"enrollment_id", "period_id", "comment"} - row.raw.keys()
            if missing:
                names = ", ".join(sorted(missing))
                yield Violation(
                    f"sent a final comment without {names} (#{sent.number})", (sent.number,)
                )
                continue
            arrived.add(row.place)
            if row.place not in wanted or row.content.comment != wanted[row.place].comment:
                text = repr(wanted[row.place].comment) if row.place in wanted else "nothing"
                yield Violation(
                    f"sent {row.content.comment!r} as the comment on {_period(row.place)}"
                    f" (#{sent.number}); the teacher entered {text} there",
                    (sent.number,),
                )
    for place in wanted.keys() - arrived:
        yield Violation(f"never sent the comment on {_period(place)}")


def _period(place: GradePlace) -> str:
    period = "the course" if place[1] == "final" else f"period {place[1]}"
    return f"{period} of enrollment {place[0]}"


def tells_zero_from_nothing(evidence: Evidence) -> Iterator[Violation]:
    """A zero arrives as zero; who has no grade is given none, and loses none."""
    wanted = entered(evidence)
    ungraded = {place for place, content in wanted.items() if not content.graded}
    for sent, row in rows_sent(evidence):
        if row.place in ungraded and row.content.grade is not None:
            yield Violation(
                f"sent the grade {plain(row.content.grade)} for {spell(row.place)}"
                f" (#{sent.number}), who has none",
                (sent.number,),
            )
    held = stored(evidence)
    for place in wanted.keys() - ungraded:
        there = held.get(place)
        if wanted[place].grade == 0 and (there is None or there.grade != 0):
            yield Violation(f"left {spell(place)} with {spelled_content(there)}; the grade is 0")
    for place in ungraded:
        if place in held and held[place].grade is None:
            yield Violation(
                f"took away the grade that the SIS held for {spell(place)}, who is ungraded"
            )


RULES = (
    Rule(
        id="SC-EXCEPTION",
        level=Level.MUST,
        title="sends no grade together with an exception",
        sources=(sources.EXCEPTIONS,),
        scenarios=(sending.EXCUSED, sending.EXCUSED_LATER),
        proofs=(Proof.COUNT,),
        check=sends_no_grade_with_an_exception,
        mend="Leave the grade out, or send it as null, wherever exception is not 0.",
    ),
    Rule(
        id="SC-LETTER",
        level=Level.MUST,
        title="sends letters only where the assignment's scale has them",
        sources=(sources.LETTER_GRADES,),
        scenarios=(sending.LETTERS,),
        proofs=(Proof.COUNT,),
        check=sends_letters_of_the_scale,
        mend="Hold each letter against the scale of its assignment before it is sent.",
    ),
    Rule(
        id="SC-COMMENT-HIDDEN",
        level=Level.MUST,
        title="makes a comment visible to its student only when told to",
        sources=(sources.COMMENT_STATUS,),
        scenarios=(sending.HIDDEN, sending.HIDDEN_LATER),
        proofs=(Proof.COUNT,),
        check=shows_released_comments_only,
        mend="Send comment_status with every comment, and 0 unless the teacher released it.",
    ),
    Rule(
        id="SC-FINAL-COMMENT",
        level=Level.MUST,
        title="names enrollment, period (or final) and comment, and keeps periods and course apart",
        sources=(sources.FINAL_COMMENTS,),
        scenarios=(sending.FINAL_COMMENTS,),
        proofs=(Proof.COUNT,),
        check=names_enrollment_period_and_comment,
        mend="Keep final comments by enrollment and period; final is a period of its own.",
    ),
    Rule(
        id="SC-ZERO",
        level=Level.MUST_INFERRED,
        title="sends zero as zero and ungraded as nothing",
        sources=(sources.ZEROES,),
        scenarios=(sending.ZERO_AND_NONE,),
        proofs=(Proof.COUNT,),
        check=tells_zero_from_nothing,
        mend="Ask whether there is a grade, never whether it is true; leave out who has none.",
    ),
)
