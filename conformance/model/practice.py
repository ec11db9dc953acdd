"""Failures seen in real grade pass-back, which the rules of several dialects guard against."""

from __future__ import annotations

from conformance.model.sources import Source

TWO_SOURCES = Source(
    None,
    "two-source comparison",
    "what the exporter shows is compared with the gradebook of the SIS",
)
CRASHES = Source(None, "crashes", "after a restart the exporter must still know what it sent")
ZEROES = Source(None, "zeroes", "0 is easily mistaken for an empty value, and an empty value for 0")
LOST_REPLIES = Source(
    None, "lost replies", "the SIS can store a request although its answer never arrives"
)
SECRETS = Source(
    None, "secrets", "logs, texts and URLs are read by people and systems that must not sign in"
)
OTHERS = Source(None, "privacy", "a text about one person must not tell about another")
