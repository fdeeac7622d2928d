"""Validation of a deployed environment by describe calls, requirement by requirement."""
