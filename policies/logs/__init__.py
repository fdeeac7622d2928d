"""Rules on log groups."""
