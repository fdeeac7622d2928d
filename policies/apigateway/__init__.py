"""Rules on REST APIs."""
