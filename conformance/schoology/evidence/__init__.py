"""Grades of a section as evidence shows them: entered, sent, answered, shown and stored."""
