"""The journal of every exchange, and the forms it is exported in."""
