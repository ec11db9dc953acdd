"""The suite's part for exporters to a WISEflow-style receiver."""
