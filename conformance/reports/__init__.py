"""A report as text: each format is a module with `render(report) -> str`."""
