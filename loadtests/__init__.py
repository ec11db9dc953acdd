"""Measures bulk grade export against the simulator or any other receiver, over HTTP alone."""
