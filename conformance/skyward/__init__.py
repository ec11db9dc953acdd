"""Rules and scenarios for exporters to a Skyward-style gradebook over OneRoster."""
