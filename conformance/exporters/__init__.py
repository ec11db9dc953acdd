"""Exporters to run the suite on: one that keeps every rule, and others that each break some.

Nothing here knows the simulator, the rules or the runner: these programs stand where an
integrator's product stands, and see a SIS only through HTTP.
"""
