"""Grades of a section as they show in evidence: entered, sent, answered, shown, and stored."""
