"""Rules and scenarios for exporters to the Schoology grades API."""
