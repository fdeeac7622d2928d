"""What a price, a rule and a crossing are: pure, without AWS, clock or environment."""
