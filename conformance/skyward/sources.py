"""The documents that the rules of the Skyward-style dialect come from, and what they say."""

from __future__ import annotations

from conformance.model import practice
from conformance.model.sources import Document, Source

WRITE_BACK = Document("002", "Skyward Grade Write-Back", "itslearning help centre")

INTEGRATED = Source(
    WRITE_BACK,
    "Introduction and limitation 1",
    "only courses that the integration created, with pass-back on, are written back",
)
SENDABLE = Source(
    WRITE_BACK, "Introduction", "an item must be tagged to a term and use the Score scale"
)
SCORE_SCALES = Source(WRITE_BACK, "Limitation 3", "Score is the only scale supported")
KINDS = Source(WRITE_BACK, "Introduction", "assignments, tests and tasks can be transferred")
ITEM_FIELDS = Source(
    WRITE_BACK,
    "What is passed over",
    "item id, section id, title, due date, category and maximum points",
)
SCORES = Source(
    WRITE_BACK, "What is passed over", "for each student, the score for the particular item"
)
EVERY_SECTION = Source(
    WRITE_BACK, "Step 3", "the teacher selects sections; the item is created in each of them"
)
CATEGORY_FIRST = Source(
    WRITE_BACK, "Step 4", "the teacher chooses one of the section's categories before the transfer"
)
NO_CALCULATION = Source(WRITE_BACK, "Step 4", "the SIS does all grade calculations")
CATEGORY_KEPT = Source(
    WRITE_BACK,
    "Notes",
    "after an assignment was transferred, its category can be changed in the SIS only",
)
LAST_DAY = Source(
    WRITE_BACK, "Notes", "an item without a due date is due on the last day of its grading period"
)
ON_TRANSFER = Source(
    WRITE_BACK,
    "Notes",
    "new and changed scores are sent when Transfer is pressed again, not before",
)
RECORD = Source(WRITE_BACK, "Notes", "a score that was changed in the SIS is never overwritten")
OF_RECORD = Source(
    WRITE_BACK,
    "Notes and limitations 3 and 4",
    "the SIS is the gradebook of record; categories, weights and late flags are set there",
)
ONE_WAY = Source(
    WRITE_BACK,
    "Notes and limitation 2",
    "assignments created in the SIS are neither updated nor shown in the course",
)
NOT_FLAGGED = Source(
    WRITE_BACK, "Limitation 4", "late work is not flagged; the teacher flags it in the SIS"
)
TAKES_MINUTES = Source(WRITE_BACK, "After step 6", "the SIS may take minutes to show what was sent")

PAGED = Source(
    None, "pages", "OneRoster 1.2 gives lists in pages, with their length in X-Total-Count"
)
CRASHES = practice.CRASHES
ZEROES = practice.ZEROES
REFUSALS = Source(None, "refusals", "a SIS may refuse one item or student and accept the others")
TOKENS = Source(None, "tokens", "a token may expire between two requests of one transfer")
REFUSED_TOKENS = Source(
    None, "refused tokens", "a client that the SIS no longer trusts gets no further with new tokens"
)
CLEARED = Source(None, "cleared scores", "a score that was removed is not a score of 0")
TWO_SOURCES = practice.TWO_SOURCES
LOST_REPLIES = practice.LOST_REPLIES
