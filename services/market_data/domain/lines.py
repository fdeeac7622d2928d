"""Lines of a stream of bytes, one at a time and never more of them in memory than a chunk and a line."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Ten times the longest line of the formats known.
MAX_LINE_BYTES = 16_384


class BrokenStreamError(Exception):
    """A stream that can't be read on, however often it is tried."""


class Line(NamedTuple):
    """A line by its number, from 1, and the offset just behind it; without `text` where it is longer than allowed."""

    number: int
    end: int
    text: bytes | None


def split_lines(chunks: Iterable[bytes], offset: int = 0, number: int = 0) -> Iterator[Line]:
    """The lines in chunks that begin at an offset, behind a line of that number; the last may lack its line feed."""
    rest = b""
    unkept = 0
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        rest += first
        for following in others:
            number += 1
            offset += unkept + len(rest) + 1
            yield Line(number, offset, _kept(rest, unkept))
            rest, unkept = following, 0
        if len(rest) > MAX_LINE_BYTES:
            rest, unkept = b"", unkept + len(rest)
    if rest or unkept:
        yield Line(number + 1, offset + unkept + len(rest), _kept(rest, unkept))


def _kept(text: bytes, unkept: int) -> bytes | None:
    return None if unkept or len(text) > MAX_LINE_BYTES else text
