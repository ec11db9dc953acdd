"""What was sent about a section and answered, and what the SIS held, in one form."""
