"""A system's dashboard in the terminal: its alarms, and the figures that its CloudWatch dashboard shows."""
