"""What requests say, what an exporter can know from the answers, and what the SIS holds."""
