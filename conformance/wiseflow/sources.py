"""The documents that the rules of the WISEflow-style dialect come from, and what they say."""

from __future__ import annotations

from conformance.model import practice
from conformance.model.sources import Document, Source

STATUS_AND_EXPORT = Document("000", "Viewing and Exporting Grades", "WISEflow help centre")
EXPORT_RULES = Document("001", "Grade Export: Rules and Technical Setup", "WISEflow help centre")

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
ALL_IN_BULK = Source(
    EXPORT_RULES, "Technical details", "the example request exports all participants at once"
)
AS_ENTERED = Source(
    EXPORT_RULES,
    "Technical details",
    "mark and adminGrade carry the grade of the userId; we infer that they carry it unchanged",
)
CONNECTED = Source(
    STATUS_AND_EXPORT, "Instant export", "the flow needs a connected source to export to"
)
ONLY_ADMINISTRATORS = Source(
    STATUS_AND_EXPORT,
    "Instant export",
    "once it has turned itself off, only administrators can export",
)
BY_HAND = Source(
    STATUS_AND_EXPORT,
    "Instant export",
    "a manager still exports by hand what was submitted before it was enabled",
)
ASKED_FOR = Source(
    STATUS_AND_EXPORT,
    "Exporting grades",
    "a manager exports the grades; only instant export does so without a manager",
)
CURRENT_GRADE = Source(
    STATUS_AND_EXPORT,
    "Status of an assessment",
    "an unlocked grade can be changed; we infer that a retry sends the changed grade",
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
OWN_FORMS = Source(
    EXPORT_RULES,
    "Technical details",
    "there are several ways to build the request body, which is fitted to each institution",
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
FOUR_STATUSES = Source(
    STATUS_AND_EXPORT,
    "Status of an assessment",
    "the participant list shows one of four statuses for each assessment",
)
REOPENED = Source(
    STATUS_AND_EXPORT,
    "Status of an assessment",
    "conflicting assessments are reopened, and their assessors are notified",
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

TWO_SOURCES = practice.TWO_SOURCES
PATHS = Source(
    None, "RFC 3986", "a segment of a path carries reserved characters percent-encoded only"
)
REDIRECTS = Source(None, "redirects", "HTTP clients follow them and may forward credentials")
DEADLINES = Source(None, "deadlines", "a SIS that never answers must not block an export forever")
RACES = Source(
    None, "double clicks", "two presses at once are the most common cause of double exports"
)
CRASHES = practice.CRASHES
LOST_REPLIES = practice.LOST_REPLIES
