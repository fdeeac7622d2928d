"""Rules on who may do what."""
