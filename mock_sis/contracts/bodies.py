"""The kinds of body that people send to a SIS or get from it, with their schemas."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Body:
    """One kind of body: its JSON Schema below schemas/, with a pointer, and its XSD file if it can
    be XML."""

    title: str
    schema: str
    xsd: str = ""
