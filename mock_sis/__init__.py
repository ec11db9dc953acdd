"""Simulate the grade interfaces of student information systems over HTTP."""

__version__ = "0.1.0"
