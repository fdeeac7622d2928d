"""Metric alarms: what they see, what they conclude, and whom they tell."""
