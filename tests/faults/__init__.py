"""Faults of every kind against the real handlers: nothing accepted is lost, nothing happens twice."""
