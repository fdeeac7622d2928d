"""What only trades and their aggregates can meet."""
