"""What trades, windows and aggregates are: pure, without AWS, clock or environment."""
