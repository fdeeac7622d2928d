"""What every rule is made of: reading a resource, judging it, and telling the engine."""
