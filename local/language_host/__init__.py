"""Pulumi's language host for Python, for a CLI that came without one: a CLI built from Go modules brings none."""
