"""Rules on EventBridge's targets."""
