"""What only exchanges' prices and their metrics can meet."""
