"""Situations in which grades, exceptions and comments are sent without a fault."""

from __future__ import annotations

from conformance.model.rule import Scenario
from conformance.model.steps import Export, Settle, State
from conformance.schoology.scenarios.common import (
    ASA,
    BO,
    ESSAY,
    EXPORTED,
    GRADED,
    JOSE,
    LEILA,
    LETTERED,
    PRESSED,
    QUIZ,
    ZOE,
    edit,
    in_both,
    on,
    section,
)
from conformance.schoology.subject import FinalComment

_AWKWARD = 'He said "x < y" & left; ]]> \u00c5sa\u2019s 100 % \U0001f600'

PLAIN = in_both(Scenario("section-plain", "five grades in points are exported", GRADED, EXPORTED))

FULL = in_both(
    Scenario(
        "section-full",
        "points, letters, an exception, comments and final comments are exported",
        section(
            on(QUIZ, ASA, 99, comment="Well done", comment_visible=True),
            on(QUIZ, JOSE, None, 1),
            on(QUIZ, LEILA, 0),
            on(ESSAY, ASA, "B", comment=_AWKWARD),
            on(ESSAY, BO, 41.5),
            assignments=LETTERED,
            final_comments=(
                FinalComment(ASA, "p13011", "Great improvement", True),
                FinalComment(ASA, "final", "A good year"),
            ),
        ),
        EXPORTED,
        needs=("letters", "exceptions", "comments", "final_comments"),
    )
)

AWKWARD_XML = Scenario(
    "section-awkward-xml",
    "comments contain characters that XML reserves",
    section(
        on(QUIZ, ASA, 99, comment=_AWKWARD),
        on(QUIZ, JOSE, 76, comment="<b>bold</b> &amp; not"),
        on(QUIZ, LEILA, 61, comment="\u0645\u0645\u062a\u0627\u0632\nsecond line"),
    ),
    EXPORTED,
    format="xml",
    needs=("format.xml", "comments"),
)
UNFIT_XML = Scenario(
    "section-unfit-xml",
    "a grade is exported, and then gets a comment with a character that XML forbids",
    section(on(QUIZ, ASA, 99, comment="Well done"), on(QUIZ, BO, 8)),
    (
        *PRESSED,
        edit(BO, 8, comment="pasted\x0bfrom a word processor"),
        Export(label="again"),
        Settle(),
        State(label="end"),
    ),
    format="xml",
    needs=("format.xml", "comments"),
)

EXCUSED = in_both(
    Scenario(
        "section-excused",
        "three students are excused, incomplete and missing; the excused one also has a grade",
        section(
            on(QUIZ, ASA, 99),
            on(QUIZ, JOSE, 80, 1),
            on(QUIZ, LEILA, None, 2),
            on(QUIZ, ZOE, None, 3),
        ),
        EXPORTED,
        needs=("exceptions",),
    )
)
EXCUSED_LATER = in_both(
    Scenario(
        "section-excused-later",
        "a grade is exported, and then the student is excused",
        section(on(QUIZ, ASA, 99), on(QUIZ, JOSE, 70)),
        (
            *PRESSED,
            edit(JOSE, 70, exception=1),
            Export(label="again"),
            Settle(),
            State(label="end"),
        ),
        needs=("exceptions",),
    )
)

LETTERS = in_both(
    Scenario(
        "section-letters",
        "one letter is on the assignment's scale, one is not, and one assignment takes points only",
        section(
            on(ESSAY, ASA, "B"),
            on(ESSAY, LEILA, "E"),
            on(QUIZ, JOSE, "C"),
            on(QUIZ, BO, 8),
            assignments=LETTERED,
        ),
        EXPORTED,
        needs=("letters",),
    )
)

HIDDEN = in_both(
    Scenario(
        "section-hidden",
        "the teacher has released one of three comments to the student",
        section(
            on(QUIZ, ASA, 99, comment="Well done", comment_visible=True),
            on(QUIZ, JOSE, 76, comment="Not for his eyes"),
            on(QUIZ, LEILA, 61, comment="Talk to her parents"),
        ),
        EXPORTED,
        needs=("comments",),
    )
)
HIDDEN_LATER = in_both(
    Scenario(
        "section-hidden-later",
        "a released comment is exported, and then the teacher hides it",
        section(on(QUIZ, ASA, 99, comment="Well done", comment_visible=True), on(QUIZ, JOSE, 76)),
        (
            *PRESSED,
            edit(ASA, 99, comment_visible=False),
            Export(label="again"),
            Settle(),
            State(label="end"),
        ),
        needs=("comments",),
    )
)

FINAL_COMMENTS = in_both(
    Scenario(
        "section-final-comments",
        "final comments on two grading periods and on the course are exported",
        section(
            on(QUIZ, ASA, 99),
            final_comments=(
                FinalComment(ASA, "p13011", "Great improvement from the first term", True),
                FinalComment(ASA, "p13012", "Held her level", True),
                FinalComment(ASA, "final", "Tremendous improvement overall", True),
                FinalComment(JOSE, "p13012", "Must hand in on time"),
                FinalComment(LEILA, "final", "A pleasure to teach"),
            ),
        ),
        EXPORTED,
        needs=("final_comments",),
    )
)

ZERO_AND_NONE = in_both(
    Scenario(
        "section-zero-and-none",
        "one student has the grade 0 and two are ungraded; the SIS holds a grade for one of these",
        section(
            on(QUIZ, ASA, 99),
            on(QUIZ, JOSE, 0),
            on(QUIZ, LEILA, None),
            on(QUIZ, ZOE, None),
            held=(on(QUIZ, ZOE, 55),),
        ),
        EXPORTED,
    )
)
