"""Assignments in categories and grading periods, and the grades on them."""
