"""Situations for a gradebook that writes to and reads from a Schoology-style section."""
