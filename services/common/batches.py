"""Batches for the calls of SQS and SNS, which take ten entries and a limited number of bytes."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

MAX_ENTRIES = 10

Entry = TypeVar("Entry")


def batches(entries: Iterable[Entry], size_of: Callable[[Entry], int], max_bytes: int) -> Iterator[list[Entry]]:
    """The entries in their order, at most ten and `max_bytes` together; an entry beyond that is a batch of its own."""
    batch: list[Entry] = []
    total = 0
    for entry in entries:
        size = size_of(entry)
        if batch and (len(batch) == MAX_ENTRIES or total + size > max_bytes):
            yield batch
            batch, total = [], 0
        batch.append(entry)
        total += size
    if batch:
        yield batch
