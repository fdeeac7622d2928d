"""Rules on encryption keys."""
