"""What is wrong with a filter pattern."""


class PatternError(ValueError):
    """The pattern is malformed, or of a kind that is not supported; the message says which."""
