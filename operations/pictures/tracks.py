"""Between two columns, where each net turns."""

from collections.abc import Sequence
from dataclasses import dataclass

from operations.pictures.nets import Net

TOUCHING = 10
OVERLAP = 10


@dataclass(frozen=True, slots=True)
class Passage:
    """A net between two columns: the heights at which it leaves the one and enters the other."""

    net: Net
    left: tuple[int, ...]
    right: tuple[int, ...]

    @property
    def straight(self) -> bool:
        return set(self.left) == set(self.right) and len(set(self.left)) == 1

    def spans(self, height: int) -> bool:
        """Whether the net's vertical line reaches across the height."""
        return min(self.left + self.right) < height < max(self.left + self.right)


def tracks(passages: Sequence[Passage]) -> list[Passage]:
    """The nets that turn, from the leftmost vertical line to the rightmost, so that few lines cross."""
    order: list[Passage] = []
    for passage in passages:
        if not passage.straight:
            candidates = [[*order[:place], passage, *order[place:]] for place in range(len(order) + 1)]
            order = min(candidates, key=_cost)
    return order


def _cost(order: Sequence[Passage]) -> int:
    return sum(_pair(first, second) for place, first in enumerate(order) for second in order[place + 1 :])


def _pair(first: Passage, second: Passage) -> int:
    """Crossings of two nets of which `first` turns further left; lines upon each other weigh more."""
    crossings = sum(second.spans(height) for height in first.right) + sum(first.spans(height) for height in second.left)
    overlaps = sum(abs(one - other) < TOUCHING for one in first.right for other in second.left)
    return crossings + OVERLAP * overlaps
