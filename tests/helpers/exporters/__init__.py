"""Stub SISs for the reference exporter, and what it exports."""
