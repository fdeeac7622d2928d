"""Rules on exemptions from the others."""
