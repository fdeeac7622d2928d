"""Where on a card's sides the nets end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import fmean
from typing import Literal

from operations.pictures.card import HALF
from operations.pictures.nets import Net, Segment
from operations.pictures.ordering import Columns

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("right", "left")
LABEL_CLEARANCE = 10


@dataclass(frozen=True, slots=True)
class Ports:
    """Offsets of the nets from the middle of a card, and half its height; at a waypoint all is 0."""

    offsets: Mapping[tuple[str, Side, int], int]
    halves: Mapping[str, int]

    def offset(self, item: str, side: Side, net: Net) -> int:
        return self.offsets.get((item, side, net.number), 0)


@dataclass(frozen=True, slots=True)
class Levels:
    """The heights at which segments leave and enter items."""

    middle: Mapping[str, int]
    ports: Ports

    def of(self, segment: Segment) -> tuple[int, int]:
        """At the segment's left end and at its right end."""
        left = self.middle[segment.left] + self.ports.offset(segment.left, "right", segment.net)
        right = self.middle[segment.right] + self.ports.offset(segment.right, "left", segment.net)
        return left, right


def ports(keys: Sequence[str], columns: Columns, segments: Sequence[Segment]) -> Ports:
    """One port for each net and side of a node, in the order of what the nets lead to, apart by their labels."""
    place = {item: number for column in columns for number, item in enumerate(column)}
    offsets: dict[tuple[str, Side, int], int] = {}
    halves = dict.fromkeys(keys, HALF)
    for key, side in product(keys, SIDES):
        for net, offset in _offsets(_in_order(_ends(key, side, segments), place)):
            offsets[key, side, net.number] = offset
            label = net.label_height if net.source == key else 0
            halves[key] = max(halves[key], abs(offset) + label + LABEL_CLEARANCE)
    return Ports(offsets, halves)


def _ends(key: str, side: Side, segments: Sequence[Segment]) -> dict[Net, list[str]]:
    """The items that each net leads to from this side of the node."""
    found: dict[Net, list[str]] = {}
    for segment in segments:
        near, far = (segment.left, segment.right) if side == "right" else (segment.right, segment.left)
        if near == key:
            found.setdefault(segment.net, []).append(far)
    return found


def _in_order(ends: Mapping[Net, Sequence[str]], place: Mapping[str, int]) -> list[Net]:
    """From the one that leads highest to the one that leads lowest."""
    return sorted(ends, key=lambda net: (fmean(place[item] for item in ends[net]), net.number))


def _offsets(in_order: Sequence[Net]) -> Iterator[tuple[Net, int]]:
    """Centred about 0, each line below the one before by the height of its own label, which stands above it."""
    steps = [net.label_height + LABEL_CLEARANCE for net in in_order[1:]]
    for number, net in enumerate(in_order):
        yield net, sum(steps[:number]) - sum(steps) // 2
