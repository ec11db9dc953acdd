"""What the mutants of the Schoology part share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.kit.outcome import ExportState, Fate
from conformance.exporters.schoology.face import SchoologyFace
from conformance.exporters.schoology.formats import Format, Xml, format_named
from conformance.exporters.schoology.model import SentRow
from conformance.exporters.schoology.parts import Parts
from conformance.exporters.schoology.reader import CallOutcome


def flawed(
    name: str, title: str, breaks: tuple[str, ...], hides: tuple[str, ...] = (), **parts: Any
) -> Mutant:
    """A mutant with these `parts` (fields of Parts) in place of the reference's."""
    opened = partial(SchoologyFace, parts=Parts(**parts))
    return Mutant(name, title, breaks, hides, "schoology", opened)


def in_xml(kind: type[Xml]) -> Callable[[str], Format]:
    """The part `written` with a flaw in XML only."""

    def written(name: str) -> Format:
        return kind() if name == "xml" else format_named(name)

    return written


def all_stored(rows: Iterable[SentRow]) -> CallOutcome:
    """Every row as exported."""
    return CallOutcome({row.key: Fate(ExportState.EXPORTED) for row in rows})
