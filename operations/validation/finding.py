"""What a describe call found, against what a requirement says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One property of one resource; `ids` are the requirements that it shows."""

    ids: tuple[str, ...]
    subject: str
    found: str
    well: bool


def compared(
    ids: tuple[str, ...], subject: str, expected: Mapping[str, object], found: Mapping[str, object]
) -> Iterator[Finding]:
    """A finding for each expected property, with the value that was found in its place."""
    for name, value in expected.items():
        actual = found.get(name)
        well = actual == value
        text = f"{name} is {actual}" if well else f"{name} is {actual}, not {value}"
        yield Finding(ids, subject, text, well)
