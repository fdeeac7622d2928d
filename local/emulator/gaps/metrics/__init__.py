"""The metrics that services publish by themselves, and those that stand in logs."""
