"""The Schoology grades API, in JSON and XML."""
