"""The journal of every exchange, and its export formats."""
