"""Large seed documents, the same bytes for the same arguments, full of awkward names.

The first people of a document take the awkward names of each table in turn, so that a small
document has every kind and a test on ten participants meets what a test on ten thousand does.
"""

from __future__ import annotations

from random import Random
from typing import Any

from mock_sis.errors import UsageError

FIRST_ID = 100_001
TEXT_ID_EVERY = 7
"""Every so many people have an id that is text, as an SIS has that took in another's records."""
FLOWS_A_PERSON = 4
"""The number of flows that a person takes part in, on average."""

GIVEN_NAMES = (
    "Åsa",
    "Zoe\u0308",  # e and a combining diaeresis: the same name in another normal form
    "José María",
    "Nguyễn Thị",
    "Łukasz",
    "ÇAĞRI",  # loses its dotless i in careless lower-casing
    "דנה",
    "محمد",
    "李小龍",
    "𠮷",  # outside the basic plane: two code units in UTF-16
    "Даша",
    "👩‍🎓 Robin",  # an emoji of three code points, held by a joiner
    "Anne-Marie",
    "Ann\u00a0Li",  # a space that does not break
    "X",
    "Null",
    "Tom & Jerry",
    'Robert "Bob"',
    "<b>Ida</b>",
    "=1+1",  # a formula, to a spreadsheet
    "Li,",
    "Ma;ria",
    "a\tb",
    "Two\nLines",
    "O\\'Neil",
    "%41nna",
    "]]>",
    "\u202eatled",  # turns the direction of what follows
    "Wolfeschlegelsteinhausen" * 10,
)
FAMILY_NAMES = (
    "O'Neill",
    "D’Angelo",  # a typographic apostrophe
    "Smith & Sons",
    "von der Höhe",
    "Müller-Lüdenscheidt",
    "Ørsted",
    "Straße",
    "Þórsdóttir",
    "לוי",
    "الفارسي",
    "Παπαδόπουλος",
    "Иванов",
    "王",
    "ก้องเกียรติ",
    "😀",
    "&amp;",
    "<Null>",
    "@SUM(A1)",
    "-Dash",
    "+Plus",
    "a,b;c|d",
    "Mac Giolla Phádraig",
    "'; DROP TABLE grades;--",
    "{{name}}",
    "Rhoshandiatellyneshiaunneveshenk" * 8,
)
TITLES = (
    "Mathematics",
    "Économie & société",
    "Genetics <introduction>",
    'Reading "Ulysses"',
    "חשבון",
    "統計学",
    "C++ / C#, 50 %",
)
CODES = ("MATH", "ÉCO", "BIO", "ENG+LIT", "CALC", "STAT/1", "CS#")
"""Parts of SIS codes; some need percent-encoding in a path."""

MARKS = (("A", 95), ("B", 85), ("C", 75), ("D", 65), ("E", 55), ("F", 0))
NOW = "2026-06-15T09:00:00Z"
PARTICIPATION = {"start": "2026-06-01T08:00:00Z", "end": "2026-06-01T12:00:00Z"}
MARKING = {"start": "2026-06-01T12:00:00Z", "end": "2026-06-14T22:00:00Z"}


MOST_PLACES = 2_000_000
"""Participants of all flows together, so that the document can be loaded again."""


def generate(flows: int, participants: int, *, seed: int = 0) -> dict[str, Any]:
    """A seed document of `flows` flows with `participants` people each.

    With several flows, people take part in more than one. No grade is registered yet, and the
    virtual clock is set after the marking period. Raises UsageError for fewer than one flow or
    participant, and for more participants in all than a seed file has room for.
    """
    if flows < 1 or participants < 1:
        got = f"got {flows} and {participants}"
        raise UsageError(f"flows and participants must be at least 1 each ({got}).")
    if flows * participants > MOST_PLACES:
        raise UsageError(
            f"{flows} flows of {participants} participants are more than a seed file has room for; "
            f"generate at most {MOST_PLACES} participants in all."
        )
    rng = Random(seed)
    pool = max(participants, -(-flows * participants // FLOWS_A_PERSON))
    people = [_person(index, rng) for index in range(pool)]
    return {
        "name": f"generated-{flows}x{participants}-{seed}",
        "clock": {"mode": "virtual", "now": NOW},
        "people": people,
        "scales": [
            {
                "id": "letters",
                "title": "A to F",
                "levels": [{"mark": mark, "value": value} for mark, value in MARKS],
            }
        ],
        "sections": [_section(index, participants, people) for index in range(flows)],
    }


def _person(index: int, rng: Random) -> dict[str, Any]:
    number = FIRST_ID + index
    return {
        "id": f"ext-{number}" if index % TEXT_ID_EVERY == TEXT_ID_EVERY - 1 else number,
        "given_name": _name(GIVEN_NAMES, index, rng),
        "family_name": _name(FAMILY_NAMES, index, rng),
        "number": f"S-{number}",
        "organisation_id": "UNI",
    }


def _name(names: tuple[str, ...], index: int, rng: Random) -> str:
    # random() is the one method whose numbers Python promises to keep from version to version.
    drawn = int(rng.random() * len(names))
    return names[index if index < len(names) else drawn]


def _section(index: int, participants: int, people: list[dict[str, Any]]) -> dict[str, Any]:
    number = index + 1
    code = f"{CODES[index % len(CODES)]}{100 + number}"
    start = index * participants
    return {
        "id": f"flow-{number}",
        "sis_code": f"UNI||{code}||2026",
        "title": f"{TITLES[index % len(TITLES)]} {number}",
        "scale": "letters",
        "flow": {
            "exam_id": f"E-{number}",
            "subtitle": "Written exam",
            "term": "2026S",
            "exam_type": "written",
            "code": code,
            "module": f"M{1 + index % 9}",
            "room": f"R{number}",
            "ects": 5,
            "participation": dict(PARTICIPATION),
            "marking": dict(MARKING),
        },
        "enrollments": [
            {
                "person": people[(start + offset) % len(people)]["id"],
                "unique_exam_id": f"X-{number}-{offset + 1}",
            }
            for offset in range(participants)
        ],
    }
