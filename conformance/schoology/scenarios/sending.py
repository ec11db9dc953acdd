"""Situations in which grades, exceptions and comments of all kinds are sent, and nothing fails."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.rule import Scenario
from conformance.model.steps import Act, Export, Settle, State
from conformance.schoology.scenarios.common import (
    ASA,
    BO,
    ESSAY,
    EXPORTED,
    GRADED,
    JOSE,
    LEILA,
    POINTS,
    PRESSED,
    QUIZ,
    ZOE,
    on,
    section,
)
from conformance.schoology.subject import Assignment, FinalComment

_LETTERED = (POINTS[0], Assignment(ESSAY, "Essay", 50, ("A", "B", "C", "D", "F")))
_AWKWARD = 'He said "x < y" & left; ]]> \u00c5sa\u2019s 100 % \U0001f600'

PLAIN = Scenario("section-plain", "five grades on points are exported", GRADED, EXPORTED)
PLAIN_XML = replace(
    PLAIN, name="section-plain-xml", title="the same in XML", format="xml", needs=("format.xml",)
)

FULL = Scenario(
    "section-full",
    "grades, letters, exceptions and comments of both kinds are exported together",
    section(
        on(QUIZ, ASA, 99, comment="Well done", comment_visible=True),
        on(QUIZ, JOSE, None, 1),
        on(QUIZ, LEILA, 0),
        on(ESSAY, ASA, "B", comment=_AWKWARD),
        on(ESSAY, BO, 41.5),
        assignments=_LETTERED,
        final_comments=(
            FinalComment(ASA, "p13011", "Great improvement", True),
            FinalComment(ASA, "final", "A good year"),
        ),
    ),
    EXPORTED,
    needs=("letters", "exceptions", "comments", "final_comments"),
)
FULL_XML = replace(
    FULL,
    name="section-full-xml",
    title="the same in XML",
    format="xml",
    needs=(*FULL.needs, "format.xml"),
)

AWKWARD_XML = Scenario(
    "section-awkward-xml",
    "comments hold what XML treats specially",
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
    "a grade is exported, and then gets a comment with a character that XML cannot carry",
    section(on(QUIZ, ASA, 99, comment="Well done"), on(QUIZ, BO, 8)),
    (
        *PRESSED,
        Act(
            "edit_grade",
            {
                "assignment_id": QUIZ,
                "enrollment_id": BO,
                "grade": 8,
                "comment": "pasted\x0bfrom a word processor",
            },
        ),
        Export(label="again"),
        Settle(),
        State(label="end"),
    ),
    format="xml",
    needs=("format.xml", "comments"),
)

EXCUSED = Scenario(
    "section-excused",
    "three are excused, incomplete and missing, one of them after a grade was entered",
    section(
        on(QUIZ, ASA, 99),
        on(QUIZ, JOSE, 80, 1),
        on(QUIZ, LEILA, None, 2),
        on(QUIZ, ZOE, None, 3),
    ),
    EXPORTED,
    needs=("exceptions",),
)
EXCUSED_LATER = Scenario(
    "section-excused-later",
    "a grade is exported, and then its student is excused",
    section(on(QUIZ, ASA, 99), on(QUIZ, JOSE, 70)),
    (
        *PRESSED,
        Act(
            "edit_grade",
            {"assignment_id": QUIZ, "enrollment_id": JOSE, "grade": 70, "exception": 1},
        ),
        Export(label="again"),
        Settle(),
        State(label="end"),
    ),
    needs=("exceptions",),
)

LETTERS = Scenario(
    "section-letters",
    "letters are entered where the scale has them, where it has not, and where there is no scale",
    section(
        on(ESSAY, ASA, "B"),
        on(ESSAY, LEILA, "E"),
        on(QUIZ, JOSE, "C"),
        on(QUIZ, BO, 8),
        assignments=_LETTERED,
    ),
    EXPORTED,
    needs=("letters",),
)

HIDDEN = Scenario(
    "section-hidden",
    "of three comments one is released to its student",
    section(
        on(QUIZ, ASA, 99, comment="Well done", comment_visible=True),
        on(QUIZ, JOSE, 76, comment="Not for his eyes"),
        on(QUIZ, LEILA, 61, comment="Talk to her parents"),
    ),
    EXPORTED,
    needs=("comments",),
)
HIDDEN_LATER = Scenario(
    "section-hidden-later",
    "a comment was released and exported, and is then hidden again",
    section(on(QUIZ, ASA, 99, comment="Well done", comment_visible=True), on(QUIZ, JOSE, 76)),
    (
        *PRESSED,
        Act(
            "edit_grade",
            {"assignment_id": QUIZ, "enrollment_id": ASA, "grade": 99, "comment_visible": False},
        ),
        Export(label="again"),
        Settle(),
        State(label="end"),
    ),
    needs=("comments",),
)

FINAL_COMMENTS = Scenario(
    "section-final-comments",
    "comments on two grading periods and on the course are exported",
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

ZERO_AND_NONE = Scenario(
    "section-zero-and-none",
    "one has the grade 0, two have none, and the SIS holds a grade of one of these",
    section(
        on(QUIZ, ASA, 99),
        on(QUIZ, JOSE, 0),
        on(QUIZ, LEILA, None),
        on(QUIZ, ZOE, None),
        held=(on(QUIZ, ZOE, 55),),
    ),
    EXPORTED,
)
