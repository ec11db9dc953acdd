"""A student information system that behaves like the real ones at the wire."""

__version__ = "0.1.0"
