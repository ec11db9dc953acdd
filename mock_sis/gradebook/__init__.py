"""The domain behind every dialect: people, sections, enrollments, scales, assignments, scores.

A WISEflow flow, a OneRoster class and a Schoology section are the same Section in three dialects.
The Gradebook is the only mutable object; it holds frozen rows. Every change carries its time and
its author, and nothing here reads a clock, so replaying the same changes gives the same snapshot.
"""
