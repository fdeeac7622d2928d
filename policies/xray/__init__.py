"""Rules on tracing."""
