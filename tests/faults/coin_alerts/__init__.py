"""What only users' alerts and the exchange's prices can meet."""
