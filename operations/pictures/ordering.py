"""Which item stands above which in each column, so that few lines cross."""

from collections.abc import Sequence
from itertools import combinations
from statistics import fmean

from operations.pictures.nets import Segment

Columns = list[list[str]]
ROUNDS = 12


def ordered(columns: Columns, segments: Sequence[Segment]) -> Columns:
    """The columns with the fewest crossings that barycentres and then swaps of neighbours find."""
    best = [list(column) for column in columns]
    current = [list(column) for column in columns]
    for round_ in range(ROUNDS):
        _by_barycentre(current, segments, rightwards=round_ % 2 == 0)
        _swap_neighbours(current, segments)
        if crossings(current, segments) < crossings(best, segments):
            best = [list(column) for column in current]
    return best


def crossings(columns: Columns, segments: Sequence[Segment]) -> int:
    """How many pairs of segments cross."""
    place = {item: number for column in columns for number, item in enumerate(column)}
    return sum(
        (place[one.left] - place[other.left]) * (place[one.right] - place[other.right]) < 0
        for one, other in combinations(segments, 2)
        if one.left_column == other.left_column
    )


def _by_barycentre(columns: Columns, segments: Sequence[Segment], *, rightwards: bool) -> None:
    for number in range(len(columns)) if rightwards else reversed(range(len(columns))):
        place = {item: index for column in columns for index, item in enumerate(column)}
        beside: dict[str, list[int]] = {}
        for segment in segments:
            near, far = (segment.right, segment.left) if rightwards else (segment.left, segment.right)
            beside.setdefault(near, []).append(place[far])
        columns[number].sort(key=lambda item: fmean(beside.get(item, [place[item]])))


def _swap_neighbours(columns: Columns, segments: Sequence[Segment]) -> None:
    for column in columns:
        for index in range(len(column) - 1):
            before = crossings(columns, segments)
            column[index], column[index + 1] = column[index + 1], column[index]
            if crossings(columns, segments) >= before:
                column[index], column[index + 1] = column[index + 1], column[index]
