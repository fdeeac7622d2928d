"""Rules on queues."""
