"""A gradebook's pass-back that keeps the rules, as a library or behind the adapter.

Each choice is a small method of one of eight classes, so a flaw is a subclass that overrides one
method: `Decisions` (what to send, in which form, how often), `Format` (JSON or XML), `Reader` (what
an answer means), `Client` (HTTP), `Signer` (OAuth 1.0a), `Register` (what survives a kill), `Pulls`
(reading back) and `Runs` (the steps of an export). `SchoologyExporter` joins them; a user interface
would call it.
"""

from __future__ import annotations

from conformance.exporters.schoology.exporter import SchoologyExporter
from conformance.exporters.schoology.parts import Parts

__all__ = ["Parts", "SchoologyExporter"]
