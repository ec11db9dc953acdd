"""Situations of a course that writes back to a Skyward-style gradebook."""
