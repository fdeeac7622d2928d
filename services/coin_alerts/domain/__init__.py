"""What an alert, a price and a circuit are: pure, without AWS, clock or environment."""
