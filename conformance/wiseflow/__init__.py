"""Rules and scenarios for exporters to a WISEflow-style receiver."""
