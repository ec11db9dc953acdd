"""Desks: simulators in a test, asked without a socket, and the bodies that they give."""
