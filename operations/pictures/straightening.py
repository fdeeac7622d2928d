"""Takes small steps out of lines that are almost straight."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from operations.pictures.nets import Segment
from operations.pictures.ordering import Columns
from operations.pictures.ports import Levels, Ports
from operations.pictures.stacking import Extent

SMALL_STEP = 28
ROUNDS = 8


def straightened(
    middle: Mapping[str, int],
    columns: Columns,
    segments: Sequence[Segment],
    ports: Ports,
    extents: Mapping[str, Extent],
) -> dict[str, int]:
    """The items' middles, with items moved by the height of a small step where that leaves fewer and shorter ones."""
    current = dict(middle)
    for _ in range(ROUNDS):
        for segment in segments:
            step = _step(segment, current, ports)
            if 0 < abs(step) < SMALL_STEP:
                options = [current, *_moves(segment, step, current, segments, ports)]
                possible = [option for option in options if _apart(option, columns, extents)]
                current = min(possible, key=lambda option: _cost(option, segments, ports))
    return current


def _moves(
    segment: Segment, step: int, middle: Mapping[str, int], segments: Sequence[Segment], ports: Ports
) -> Iterator[dict[str, int]]:
    """Either end moved, alone and together with all that it is joined to by straight lines."""
    for item, by in ((segment.left, step), (segment.right, -step)):
        for moved in ({item}, _joined(item, middle, segments, ports)):
            yield {name: height + by if name in moved else height for name, height in middle.items()}


def _joined(item: str, middle: Mapping[str, int], segments: Sequence[Segment], ports: Ports) -> set[str]:
    joined = {item}
    straight = [{segment.left, segment.right} for segment in segments if _step(segment, middle, ports) == 0]
    while found := {end for ends in straight if ends & joined for end in ends} - joined:
        joined |= found
    return joined


def _step(segment: Segment, middle: Mapping[str, int], ports: Ports) -> int:
    left, right = Levels(middle, ports).of(segment)
    return right - left


def _apart(middle: Mapping[str, int], columns: Columns, extents: Mapping[str, Extent]) -> bool:
    return all(
        middle[lower] - middle[upper] >= extents[upper].below + extents[lower].above
        for column in columns
        for upper, lower in pairwise(column)
    )


def _cost(middle: Mapping[str, int], segments: Sequence[Segment], ports: Ports) -> int:
    steps = [abs(_step(segment, middle, ports)) for segment in segments]
    return sum(step + (2 * SMALL_STEP if 0 < step < SMALL_STEP else 0) for step in steps)
