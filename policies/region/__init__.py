"""Rules on where resources are."""
