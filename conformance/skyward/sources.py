"""The documents that the rules of the Skyward-style dialect come from, and what they say."""

from __future__ import annotations

from conformance.model import practice
from conformance.model.sources import Document, Source

WRITE_BACK = Document("002", "Skyward Grade Write-Back", "itslearning help centre")

INTEGRATED = Source(
    WRITE_BACK,
    "Introduction and limitation 1",
    "only courses made by the integration, with pass-back on, are written back",
)
SENDABLE = Source(
    WRITE_BACK, "Introduction", "an item has to be tagged to a term and assessed on the Score scale"
)
SCORE_SCALES = Source(WRITE_BACK, "Limitation 3", "no scale but Score is supported")
KINDS = Source(WRITE_BACK, "Introduction", "assignments, tests and tasks are what can be sent")
ITEM_FIELDS = Source(
    WRITE_BACK,
    "What is passed over",
    "ids of item and section, title as shown, deadline, category and maximal points",
)
EVERY_SECTION = Source(
    WRITE_BACK, "Step 3", "the groups can be selected; each of them gets the assignment"
)
CATEGORY_FIRST = Source(
    WRITE_BACK, "Step 4", "a category of that very section is chosen before the transfer"
)
NO_CALCULATION = Source(WRITE_BACK, "Step 4", "calculations are the SIS's alone")
CATEGORY_KEPT = Source(
    WRITE_BACK, "Notes", "once an assignment was pushed its category is changed in the SIS only"
)
LAST_DAY = Source(
    WRITE_BACK, "Notes", "an item without a due date is due on the grading period's last day"
)
ON_TRANSFER = Source(
    WRITE_BACK, "Notes", "new and changed scores leave when Transfer is pressed again, not before"
)
RECORD = Source(
    WRITE_BACK, "Notes", "a score that was changed in the SIS stays as it is there for good"
)
ONE_WAY = Source(
    WRITE_BACK,
    "Notes and limitation 2",
    "assignments made in the SIS are neither updated nor shown in the course",
)
NOT_FLAGGED = Source(
    WRITE_BACK, "Limitation 4", "late work is not flagged; the teacher does that in the SIS"
)
TAKES_MINUTES = Source(
    WRITE_BACK, "After step 6", "it takes minutes until the SIS shows what was sent"
)

CRASHES = practice.CRASHES
ZEROES = practice.ZEROES
REFUSALS = Source(None, "refusals", "a SIS may refuse one item or student and take the others")
TOKENS = Source(None, "tokens", "one may expire between two requests of the same transfer")
LOST_REPLIES = practice.LOST_REPLIES
