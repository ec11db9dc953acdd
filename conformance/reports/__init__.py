"""A report as text: each module has one `render(report) -> str`."""
