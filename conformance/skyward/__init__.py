"""The suite's part for the Skyward write-back over OneRoster."""
