"""The documents that the rules of the WISEflow-style dialect come from, and what they say."""

from __future__ import annotations

from conformance.model import practice
from conformance.model.sources import Document, Source

STATUS_AND_EXPORT = Document("000", "Viewing and Exporting Grades", "WISEflow help centre")
EXPORT_RULES = Document("001", "Grade Export: Rules and Technical Setup", "WISEflow help centre")

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

TWO_SOURCES = practice.TWO_SOURCES
REDIRECTS = Source(None, "redirects", "HTTP clients follow them, and may carry secrets along")
DEADLINES = Source(None, "deadlines", "a SIS that never answers must not hang an export for ever")
RACES = Source(None, "double clicks", "two presses at once are the commonest way to export twice")
CRASHES = practice.CRASHES
LOST_REPLIES = practice.LOST_REPLIES
