"""How high each item of a column stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from operations.pictures.nets import Segment
from operations.pictures.ordering import Columns
from operations.pictures.ports import Ports, Side

SWEEPS = 16


@dataclass(frozen=True, slots=True)
class Extent:
    """How far an item reaches above and below its middle, space about it included."""

    above: int
    below: int


@dataclass(frozen=True, slots=True)
class Wish:
    """Where an item would stand; `binding` where a line gets straight by it."""

    height: float
    binding: bool


def heights(
    columns: Columns, segments: Sequence[Segment], ports: Ports, extents: Mapping[str, Extent]
) -> dict[str, int]:
    """The middle of each item, such that lines are as straight as the order and the extents allow."""
    middle = {item: 0 for column in columns for item in column}
    for sweep in range(SWEEPS):
        rightwards = sweep % 2 == 1
        for column in columns if rightwards else reversed(columns):
            wishes = [_wish(item, segments, ports, middle, rightwards=rightwards) for item in column]
            middle |= zip(column, _stacked([extents[item] for item in column], wishes), strict=True)
    return middle


def _wish(item: str, segments: Sequence[Segment], ports: Ports, middle: Mapping[str, int], *, rightwards: bool) -> Wish:
    """Where the item's lines to the one side would be straight, or where it is already."""
    near: Side = "left" if rightwards else "right"
    far: Side = "right" if rightwards else "left"
    wanted: list[int] = []
    for segment in segments:
        here, there = (segment.right, segment.left) if rightwards else (segment.left, segment.right)
        if here == item:
            line = middle[there] + ports.offset(there, far, segment.net)
            wanted.append(line - ports.offset(item, near, segment.net))
    return Wish(median(wanted), binding=True) if wanted else Wish(middle[item], binding=False)


def _stacked(extents: Sequence[Extent], wishes: Sequence[Wish]) -> list[int]:
    """Heights that keep the extents apart and miss the wishes by little; those that conflict move as one pool.

    A pool takes its median wish, not the mean, so that one of its lines is straight.
    """
    shifts = [0]
    for upper, lower in pairwise(extents):
        shifts.append(shifts[-1] + upper.below + lower.above)
    pools: list[list[Wish]] = []
    for wish, shift in zip(wishes, shifts, strict=True):
        pools.append([Wish(wish.height - shift, wish.binding)])
        while len(pools) > 1 and _level(pools[-2]) > _level(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    levels = [_level(pool) for pool in pools for _ in pool]
    return [level + shift for level, shift in zip(levels, shifts, strict=True)]


def _level(pool: Sequence[Wish]) -> int:
    binding = [wish.height for wish in pool if wish.binding]
    return round(median(binding or [wish.height for wish in pool]))
