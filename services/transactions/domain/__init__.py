"""What a transaction is: pure, without AWS, clock or environment."""
