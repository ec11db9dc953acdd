"""Seed documents: reading them, and building a gradebook from one."""
