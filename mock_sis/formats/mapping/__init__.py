"""Read and write the rows of an export, and the report on them, in an institution's own form."""
