"""The schemas in schemas/: loading, validation and OpenAPI bundling."""
