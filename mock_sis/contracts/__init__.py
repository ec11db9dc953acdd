"""Load the schemas in schemas/, validate bodies by them, and bundle OpenAPI documents."""
