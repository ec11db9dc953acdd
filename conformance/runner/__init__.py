"""Plays the scenarios of rules against an exporter, and has the evidence judged."""
