"""Rules on physical names."""
