"""How the mutants of the WISEflow part are made."""

from __future__ import annotations

from functools import partial
from typing import Any

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.wiseflow.exporter import WiseflowExporter
from conformance.exporters.wiseflow.face import WiseflowFace
from conformance.exporters.wiseflow.parts import Parts


def flawed(
    name: str,
    title: str,
    breaks: tuple[str, ...],
    hides: tuple[str, ...] = (),
    *,
    exporter: type[WiseflowExporter] = WiseflowExporter,
    **parts: Any,
) -> Mutant:
    """A mutant with this `exporter` or these `parts` (fields of Parts) in place of the
    reference's."""
    opened = partial(WiseflowFace, parts=Parts(**parts), exporter=exporter)
    return Mutant(name, title, breaks, hides, "wiseflow", opened)
