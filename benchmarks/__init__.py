"""Measurements against named peers, paired in one run."""
