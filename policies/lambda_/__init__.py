"""Rules on Lambda functions."""
