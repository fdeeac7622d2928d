"""Rules on the end of a resource."""
