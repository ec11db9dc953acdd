"""The documented import path of EmbeddedSimulator, which is in mock_sis.server.embedded."""

from __future__ import annotations

from mock_sis.server.embedded import EmbeddedSimulator

__all__ = ["EmbeddedSimulator"]
