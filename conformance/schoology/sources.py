"""The documents that the rules of the Schoology-style dialect come from, and what they say."""

from __future__ import annotations

from conformance.model import practice
from conformance.model.sources import Document, Source

GRADES = Document("003", "Grade/Grades", "Schoology developer documentation")

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

TWO_SOURCES = practice.TWO_SOURCES
ROW_CODES = Source(None, "bulk answers", "one call can succeed for some of its rows only")
XML_TEXT = Source(None, "XML", "names and comments hold characters that XML treats specially")
ZEROES = practice.ZEROES
NONCES = Source(None, "signatures", "a request that is sent again needs a signature of its own")
RATES = Source(None, "rate limits", "a SIS that asks for patience is not to be pressed")
LOST_REPLIES = practice.LOST_REPLIES
