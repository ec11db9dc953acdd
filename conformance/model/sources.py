"""The documents that rules come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A published text. docs/rules.md lists documents in the order of their keys."""

    key: str
    title: str
    publisher: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: a document, a section, and what it says there in our own words.

    Without a document the rule comes from failures seen in real grade pass-back.
    """

    document: Document | None
    section: str
    says: str

    def __str__(self) -> str:
        place = "Practice" if self.document is None else self.document.title
        return f"{place}, {self.section}: {self.says}"
