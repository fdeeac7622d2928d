"""Calls of AWS take a limited number of things at once."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batches(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """All things in their order, at most `size` at a time."""
    return (things[start : start + size] for start in range(0, len(things), size))
