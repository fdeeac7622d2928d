"""Rules on tags."""
