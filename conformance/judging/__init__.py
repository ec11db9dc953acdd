"""Verdicts: from evidence to a report."""
