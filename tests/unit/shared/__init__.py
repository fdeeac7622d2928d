"""The library, without an engine."""
