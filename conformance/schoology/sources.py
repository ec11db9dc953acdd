"""The documents that the rules of the Schoology-style dialect come from, and what they say."""

from __future__ import annotations

from conformance.model import practice
from conformance.model.sources import Document, Source

GRADES = Document("003", "Grade/Grades", "Schoology developer documentation")

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

TWO_SOURCES = practice.TWO_SOURCES
ROW_CODES = Source(
    None, "bulk answers", "one request can succeed for some rows and fail for others"
)
XML_TEXT = Source(None, "XML", "names and comments contain characters that XML reserves or forbids")
ZEROES = practice.ZEROES
NONCES = Source(None, "signatures", "a repeated request needs a new signature")
RATES = Source(None, "rate limits", "a SIS that answers 429 asks its clients to slow down")
LOST_REPLIES = practice.LOST_REPLIES
