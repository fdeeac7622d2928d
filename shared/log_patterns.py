"""What is looked for in the functions' logs."""

from shared.model import Function

# The level of a JSON log line, and what the names of exceptions commonly end in.
LOG_PATTERNS = ("ERROR", "Exception")


def metric_name(function: Function, pattern: str) -> str:
    """Name of the metric that counts the pattern in the function's log."""
    return f"{function.name}-{pattern}"
