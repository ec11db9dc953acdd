"""Failures seen in real grade pass-back, which the rules of several dialects guard against."""

from __future__ import annotations

from conformance.model.sources import Source

TWO_SOURCES = Source(
    None, "two-source comparison", "an exporter's own record is held against the gradebook"
)
CRASHES = Source(None, "crashes", "what was sent must be known after a restart")
ZEROES = Source(None, "zeroes", "0 is easily taken for nothing, and nothing for 0")
LOST_REPLIES = Source(None, "lost replies", "a request can succeed although its answer never comes")
