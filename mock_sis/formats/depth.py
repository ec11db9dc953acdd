"""The limit on nesting, for bodies of every format."""

from __future__ import annotations

DEEPEST = 64
"""The most levels of nested arrays and objects (JSON) or elements with children (XML)."""
