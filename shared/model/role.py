"""The role that a function runs under."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role that Lambda assumes for one function, whose name it bears."""

    name: str
