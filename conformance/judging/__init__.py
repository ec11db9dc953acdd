"""From evidence to verdicts, and to a report."""
