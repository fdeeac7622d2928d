"""What only payment webhooks can meet."""
