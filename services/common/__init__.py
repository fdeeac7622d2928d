"""What the handlers of all systems share at run time."""
