"""Exporters to run the suite on: the reference exporter, which keeps every rule, and its mutants,
each of which breaks some.

They know nothing of the simulator, the rules or the runner: they take the place of an integrator's
product, and see a SIS only through HTTP.
"""
