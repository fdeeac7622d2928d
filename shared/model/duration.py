"""Durations as the descriptions say them; all are whole seconds."""


def seconds(count: int) -> int:
    """Seconds of `count` seconds."""
    return count


def minutes(count: int) -> int:
    """Seconds of `count` minutes."""
    return count * 60


def days(count: int) -> int:
    """Seconds of `count` days."""
    return count * 86_400
