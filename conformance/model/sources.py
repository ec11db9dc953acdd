"""The documents that rules come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A published text. `key` is the short name used in docs/rules.md."""

    key: str
    title: str
    publisher: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: document and section, and in our own words what it says there.

    `document` is None where a rule comes from failures seen in real grade pass-back alone.
    """

    document: Document | None
    section: str
    says: str

    def __str__(self) -> str:
        place = "Practice" if self.document is None else self.document.title
        return f"{place}, {self.section}: {self.says}"


STATUS_AND_EXPORT = Document("000", "Viewing and Exporting Grades", "WISEflow help centre")
EXPORT_RULES = Document("001", "Grade Export: Rules and Technical Setup", "WISEflow help centre")
WRITE_BACK = Document("002", "Skyward Grade Write-Back", "itslearning help centre")
GRADES = Document("003", "Grade/Grades", "Schoology developer documentation")

DOCUMENTS = (STATUS_AND_EXPORT, EXPORT_RULES, WRITE_BACK, GRADES)

SYNCED_FIRST = Source(
    EXPORT_RULES, "Export dashboard", "an export needs a flow that was synchronised with the SIS"
)
PERIOD_OVER = Source(
    EXPORT_RULES, "Export dashboard", "an export needs the assessment period to be over"
)
RUNS_ONCE = Source(EXPORT_RULES, "Rules for exporting", "an export runs a single time")
NO_RETRY = Source(
    EXPORT_RULES, "Rules for exporting", "nothing that failed is attempted again by itself"
)
FAILED_STATE = Source(
    EXPORT_RULES, "Rules for exporting", "what failed stands as Failed until a manager retries it"
)
SOME_FAILED = Source(
    EXPORT_RULES,
    "Rules for exporting",
    "participants that were not exported stand as Failed and can be retried",
)
ONLY_GRADED = Source(
    EXPORT_RULES, "Rules for exporting", "a participant needs a grade or an alternative grade"
)
ONLY_SIS = Source(
    EXPORT_RULES, "Rules for exporting", "a participant must have been added through a SIS source"
)
FROZEN = Source(
    EXPORT_RULES, "Note on alternative grades", "once exported, an alternative grade is final"
)
NO_INSTANT_ALTERNATIVE = Source(
    EXPORT_RULES, "Note on instant export", "alternative grades do not leave instantly"
)
ON_APPROVAL = Source(
    EXPORT_RULES, "Advanced export settings", "a grade leaves when assessor or reviewer approves it"
)
REQUEST = Source(
    EXPORT_RULES, "Technical details", "one POST or PATCH with a JSON list of all participants"
)
REPORT = Source(
    EXPORT_RULES,
    "Technical details",
    "a 200 tells how many were registered and why each of the others was not",
)
STATUSES = Source(
    STATUS_AND_EXPORT,
    "Status of an assessment",
    "only what the assessors submitted and agree on is ready for export",
)
UNLOCKING = Source(
    STATUS_AND_EXPORT,
    "Status of an assessment",
    "an unlocked grade stays registered and may still be changed",
)
ALTERNATIVE = Source(
    STATUS_AND_EXPORT, "Alternative grade", "it takes precedence over what the markers submitted"
)
ON_AGREEMENT = Source(
    STATUS_AND_EXPORT,
    "Instant export",
    "each participant's final grade leaves as soon as the assessors agree",
)
SWITCHES_OFF = Source(
    STATUS_AND_EXPORT,
    "Instant export",
    "it turns itself off when participants, assessors or their distribution change",
)
NOT_RETROACTIVE = Source(
    STATUS_AND_EXPORT,
    "Instant export",
    "turning it on does not export what was submitted before",
)
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
PUT_GRADES = Source(
    GRADES, "PUT grades", "a list of rows, each with enrollment, assignment and grade"
)
PUT_XML = Source(GRADES, "PUT grades", "the same list may be sent as XML")
EXCEPTIONS = Source(GRADES, "Fields, exception", "an exception takes the place of the grade")
LETTER_GRADES = Source(
    GRADES, "Fields, grade", "letters are taken where the assignment's grading scale defines them"
)
COMMENT_STATUS = Source(
    GRADES, "Fields, comment_status", "a flag decides whether the student sees the comment"
)
FINAL_COMMENTS = Source(
    GRADES,
    "PUT final comments",
    "each names an enrollment and a grading period, or final for the course",
)
PAGES = Source(GRADES, "GET section grades", "the list of all grades comes in pages")
CHANGED_SINCE = Source(
    GRADES, "Fields, timestamp", "changes are dated, and asked for, by the server's clock"
)
TWO_SOURCES = Source(
    None, "two-source comparison", "an exporter's own record is held against the gradebook"
)
REDIRECTS = Source(None, "redirects", "HTTP clients follow them, and may carry secrets along")
DEADLINES = Source(None, "deadlines", "a SIS that never answers must not hang an export for ever")
RACES = Source(None, "double clicks", "two presses at once are the commonest way to export twice")
CRASHES = Source(None, "crashes", "what was sent must be known after a restart")
ROW_CODES = Source(None, "bulk answers", "one call can succeed for some of its rows only")
XML_TEXT = Source(None, "XML", "names and comments hold characters that XML treats specially")
ZEROES = Source(None, "zeroes", "0 is easily taken for nothing, and nothing for 0")
NONCES = Source(None, "signatures", "a request that is sent again needs a signature of its own")
RATES = Source(None, "rate limits", "a SIS that asks for patience is not to be pressed")
REFUSALS = Source(None, "refusals", "a SIS may refuse one item or student and take the others")
TOKENS = Source(None, "tokens", "one may expire between two requests of the same transfer")
LOST_REPLIES = Source(None, "lost replies", "a request can succeed although its answer never comes")
"""Sources without a document are failures seen in real grade pass-back."""
