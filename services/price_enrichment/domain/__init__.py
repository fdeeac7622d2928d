"""What a price, its place in a series and its metrics are: pure, without AWS, clock or environment."""
