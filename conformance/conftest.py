"""Gives pytest the suite's options and fixture, wherever `--pyargs conformance` is what runs."""

from __future__ import annotations

from conformance.pytest_plugin import pytest_addoption, pytest_generate_tests, tried

__all__ = ["pytest_addoption", "pytest_generate_tests", "tried"]
