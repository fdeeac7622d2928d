"""Rules on buckets."""
