"""How the mutants of the Schoology part are made."""

from __future__ import annotations

from functools import partial
from typing import Any

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.schoology.face import SchoologyFace
from conformance.exporters.schoology.parts import Parts


def flawed(
    name: str, title: str, breaks: tuple[str, ...], hides: tuple[str, ...] = (), **parts: Any
) -> Mutant:
    """A mutant with these `parts` (fields of Parts) in place of the reference's."""
    opened = partial(SchoologyFace, parts=Parts(**parts))
    return Mutant(name, title, breaks, hides, "schoology", opened)
