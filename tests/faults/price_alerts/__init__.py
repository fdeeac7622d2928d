"""What only exchanges' prices and the rules that they reach can meet."""
