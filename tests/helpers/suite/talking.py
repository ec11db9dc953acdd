"""A conversation with an adapter, long enough for it to go wrong."""

from __future__ import annotations

from conformance.runner.session import Session

PATIENT = 60.0
"""Seconds for an answer, which nothing but a hang can exceed."""

LOAD = {
    "flow": {
        "sis_code": "U||1",
        "title": "T",
        "marking": {"start": "2026-06-01T00:00:00Z", "end": "2026-06-02T00:00:00Z"},
        "scale": ["A"],
        "instant_export": False,
        "sis_sources": ["U||1"],
        "assessors": [],
        "participants": [],
    }
}


async def talk(session: Session) -> None:
    """Say enough for every miniature to go wrong."""
    await session.start()
    await session.ask("load", LOAD)
    await session.ask("settle")
