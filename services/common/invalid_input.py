"""The refusal of a value that a sender gave."""

_LONGEST = 60


class InvalidInputError(ValueError):
    """A field whose value can't be accepted; `message` says what was given and what is allowed."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def shown(value: object) -> str:
    """A value as an error message shows it: in quotes, at most 60 characters."""
    text = str(value)
    return repr(text[:_LONGEST]) + ("..." if len(text) > _LONGEST else "")
