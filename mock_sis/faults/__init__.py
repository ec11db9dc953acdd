"""Faults: frozen values that say where, when and how the simulator misbehaves, and the plan that
holds the armed ones. what.py explains how they work.
"""
