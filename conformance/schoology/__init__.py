"""The suite's part for exporters to the Schoology grades API."""
