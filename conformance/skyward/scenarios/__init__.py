"""Situations for a course that writes back to a Skyward-style gradebook."""
