"""Made evidence, and small exporters that say how they are wrong."""
