"""Two data sets beside the few grades of common.py: awkward ones, and many."""

from __future__ import annotations

from conformance.schoology.subject import Assignment, FinalComment, Grade, Section, Student

QUIZ, TEST, ESSAY = 5007, 2**63 - 1, 50076
"""The largest id that 64 bits hold, and two of which one begins with the other. The first two
assignments share a title."""

_EXCELLENT = "\u0645\u0645\u062a\u0627\u0632"
LETTERS = ("A*", "A\u2013", "B+", "7,5", "n. b.", "Tr\u00e8s bien", _EXCELLENT)

_PEOPLE = {
    44783: (900, "\u00c5sa", "O'Neill"),
    4478: (90, "Jos\u00e9", "Garc\u00eda & S\u00f6hne"),
    447831: (9000, "\u0644\u064a\u0644\u0649", "\u062d\u062f\u0627\u062f"),
    7: (9, "Bo", "<Null>"),
    2**53: (91, "Bo", "<Null>"),
    2**53 + 1: (2**53 + 3, "Zoe\u0308", "]]>"),
}
"""Students by enrollment, unsorted. Two have one name, and two enrollments are the same double."""

FIRST, PREFIX, LONGER, SHORT, NAMESAKE, LAST = _PEOPLE

COMMENTS = (
    'He said "x < y" & left; ]]> <b>bold</b> &amp; not',
    f"{_EXCELLENT} \u200f(100 %)\nsecond line, and a third\n\nafter a gap",
    "Zoe\u0308 na\u00efvely wrote \u2018caf\u00e9\u2019 \U0001f600",
    "null",
    "0",
    "Well done. " * 60 + "The end",
)

AWKWARD = Section(
    tuple(Student(enrollment, *person) for enrollment, person in _PEOPLE.items()),
    (
        Assignment(QUIZ, "Quiz & answers"),
        Assignment(ESSAY, 'Essay "<1>"', 50, LETTERS),
        Assignment(TEST, "Quiz & answers", 12.5),
    ),
    (
        *(
            Grade(QUIZ, enrollment, points, comment=comment, comment_visible=place % 2 == 0)
            for place, (enrollment, points, comment) in enumerate(
                zip(_PEOPLE, (61.1, 33.35, 0, 105, 8.25, 99.99), COMMENTS, strict=True)
            )
        ),
        *(
            Grade(ESSAY, enrollment, letter)
            for enrollment, letter in zip(reversed(_PEOPLE), LETTERS, strict=False)
        ),
        Grade(TEST, FIRST, 0.1),
        Grade(TEST, PREFIX, None, 2, "Comes on Monday"),
        Grade(TEST, SHORT, 12.5),
        Grade(TEST, NAMESAKE, None, 1),
        Grade(TEST, LAST, 0.35),
    ),
    (
        FinalComment(FIRST, "p13011", COMMENTS[0], True),
        FinalComment(FIRST, "p130111", COMMENTS[1]),
        FinalComment(PREFIX, "final", COMMENTS[2]),
        FinalComment(LONGER, "final", COMMENTS[5], True),
    ),
    periods=(13011, 130111),
    title='Algebra & "Geometry" \u2013 \u0161\u00e9n\u00edor',
)
"""Ids that begin with each other or exceed 53 bits, texts that need escapes, letters that look like
other things, fractions, a zero and a grade above the maximum."""

_CLASS = tuple(
    Student(44800000 + (number * 7919) % 1000, 3000 + number, f"Student {number}", "of Many")
    for number in range(250)
)

MANY = Section(
    _CLASS,
    (Assignment(QUIZ, "Quiz"),),
    tuple(
        Grade(QUIZ, student.enrollment_id, 20.125 + place / 4)
        for place, student in enumerate(_CLASS)
    ),
)
"""250 grades, the enrollments unsorted."""
