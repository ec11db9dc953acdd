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
    """Where a rule comes from: document, section, and a paraphrase of what it says.

    A source without a document is a failure seen in real grade pass-back.
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
    EXPORT_RULES, "Export dashboard", "an export needs a flow that is synchronised with the SIS"
)
PERIOD_OVER = Source(
    EXPORT_RULES, "Export dashboard", "an export is possible after the assessment period has ended"
)
RUNS_ONCE = Source(EXPORT_RULES, "Rules for exporting", "an export runs once")
NO_RETRY = Source(
    EXPORT_RULES, "Rules for exporting", "a failed export is not retried automatically"
)
FAILED_STATE = Source(
    EXPORT_RULES,
    "Rules for exporting",
    "a failed export is shown as Failed until a manager retries it",
)
SOME_FAILED = Source(
    EXPORT_RULES,
    "Rules for exporting",
    "participants that could not be exported are shown as Failed and can be retried",
)
ONLY_GRADED = Source(
    EXPORT_RULES,
    "Rules for exporting",
    "only participants with a grade or an alternative grade are exported",
)
ONLY_SIS = Source(
    EXPORT_RULES, "Rules for exporting", "only participants added through a SIS source are exported"
)
FROZEN = Source(
    EXPORT_RULES,
    "Note on alternative grades",
    "an alternative grade cannot be changed after it was exported",
)
NO_INSTANT_ALTERNATIVE = Source(
    EXPORT_RULES, "Note on instant export", "alternative grades are not exported instantly"
)
ON_APPROVAL = Source(
    EXPORT_RULES,
    "Advanced export settings",
    "a grade is exported when the assessor or the reviewer approves it",
)
REQUEST = Source(
    EXPORT_RULES,
    "Technical details",
    "one POST or PATCH request carries a JSON list of all participants",
)
REPORT = Source(
    EXPORT_RULES,
    "Technical details",
    "a 200 says how many grades were registered, and gives a reason for each error",
)
STATUSES = Source(
    STATUS_AND_EXPORT,
    "Status of an assessment",
    "a grade is ready for export once the assessors have submitted it and agree on it",
)
UNLOCKING = Source(
    STATUS_AND_EXPORT,
    "Status of an assessment",
    "an unlocked grade stays registered and can be changed",
)
ALTERNATIVE = Source(
    STATUS_AND_EXPORT,
    "Alternative grade",
    "it takes precedence over the grade that the assessors submitted",
)
ON_AGREEMENT = Source(
    STATUS_AND_EXPORT,
    "Instant export",
    "each participant's final grade is exported as soon as the assessors agree",
)
SWITCHES_OFF = Source(
    STATUS_AND_EXPORT,
    "Instant export",
    "it is turned off when participants, assessors or their distribution change",
)
NOT_RETROACTIVE = Source(
    STATUS_AND_EXPORT,
    "Instant export",
    "turning it on does not export grades that were submitted earlier",
)
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
ONE_WAY = Source(
    WRITE_BACK,
    "Notes and limitation 2",
    "assignments created in the SIS are neither updated nor shown in the course",
)
NOT_FLAGGED = Source(
    WRITE_BACK, "Limitation 4", "late work is not flagged; the teacher flags it in the SIS"
)
TAKES_MINUTES = Source(WRITE_BACK, "After step 6", "the SIS may take minutes to show what was sent")
PUT_GRADES = Source(
    GRADES, "PUT grades", "the body is a list of rows, each with enrollment, assignment and grade"
)
PUT_XML = Source(GRADES, "PUT grades", "the list may also be sent as XML")
EXCEPTIONS = Source(GRADES, "Fields, exception", "an exception replaces the grade")
LETTER_GRADES = Source(
    GRADES, "Fields, grade", "a letter is accepted if the assignment's grading scale defines it"
)
COMMENT_STATUS = Source(
    GRADES, "Fields, comment_status", "it decides whether the student sees the comment"
)
FINAL_COMMENTS = Source(
    GRADES,
    "PUT final comments",
    "each names an enrollment, and a grading period or 'final' for the course",
)
PAGES = Source(GRADES, "GET section grades", "the list of grades comes in pages")
CHANGED_SINCE = Source(
    GRADES,
    "Fields, timestamp",
    "the server's clock dates changes, and queries for changes use those dates",
)
TWO_SOURCES = Source(
    None,
    "two-source comparison",
    "what the exporter shows is compared with the gradebook of the SIS",
)
REDIRECTS = Source(None, "redirects", "HTTP clients follow them and may forward credentials")
DEADLINES = Source(None, "deadlines", "a SIS that never answers must not block an export forever")
RACES = Source(
    None, "double clicks", "two presses at once are the most common cause of double exports"
)
CRASHES = Source(None, "crashes", "after a restart the exporter must still know what it sent")
ROW_CODES = Source(
    None, "bulk answers", "one request can succeed for some rows and fail for others"
)
XML_TEXT = Source(None, "XML", "names and comments contain characters that XML reserves or forbids")
ZEROES = Source(None, "zeroes", "0 is easily mistaken for an empty value, and an empty value for 0")
NONCES = Source(None, "signatures", "a repeated request needs a new signature")
RATES = Source(None, "rate limits", "a SIS that answers 429 asks its clients to slow down")
REFUSALS = Source(None, "refusals", "a SIS may refuse one item or student and accept the others")
TOKENS = Source(None, "tokens", "a token may expire between two requests of one transfer")
LOST_REPLIES = Source(
    None, "lost replies", "the SIS can store a request although its answer never arrives"
)
"""Sources without a document are failures seen in real grade pass-back."""
