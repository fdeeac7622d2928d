"""Event source mappings: streams and queues that call functions."""
