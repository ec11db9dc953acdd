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

DOCUMENTS = (STATUS_AND_EXPORT, EXPORT_RULES)

RUNS_ONCE = Source(EXPORT_RULES, "Rules for exporting", "an export runs a single time")
