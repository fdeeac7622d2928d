"""The space between two columns: how wide it is, where its nets turn and where their labels stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from operations.pictures.nets import Net
from operations.pictures.tracks import Passage, tracks

TRACK = 16
STUB = 24
LABEL_PADDING = 10


@dataclass(frozen=True, slots=True)
class Channel:
    """Pixels, counted from the left column's edge; vertical lines keep clear of the labels' zones at either side."""

    passages: Sequence[Passage]
    turning: Sequence[Passage]
    labelled: frozenset[Net]

    @property
    def left_zone(self) -> int:
        return self._zone(backward=False)

    @property
    def width(self) -> int:
        zones = self.left_zone + TRACK * max(len(self.turning) - 1, 0) + self._zone(backward=True)
        return max([zones, *(_room(passage.net) for passage in self.passages if self._free(passage))])

    def turn(self, net: Net) -> int:
        """Where the net's vertical line is; the tracks stand in the middle of what the zones leave."""
        spare = self.width - self.left_zone - self._zone(backward=True) - TRACK * (len(self.turning) - 1)
        place = next(number for number, passage in enumerate(self.turning) if passage.net == net)
        return self.left_zone + spare // 2 + TRACK * place

    def label_centre(self, net: Net) -> int:
        """Of a net whose label stands in this channel."""
        if any(passage.net == net and self._free(passage) for passage in self.passages):
            return self.width // 2
        zone = _room(net) // 2
        return self.width - zone if net.backward else zone

    def _zone(self, *, backward: bool) -> int:
        rooms = (
            _room(passage.net)
            for passage in self.passages
            if passage.net.backward is backward and passage.net in self.labelled and not self._free(passage)
        )
        return max([STUB, *rooms])

    def _free(self, passage: Passage) -> bool:
        """Whether the net crosses straight and no vertical line comes near its label."""
        if not passage.straight or passage.net not in self.labelled:
            return False
        bottom = passage.left[0]
        top = bottom - passage.net.label_height
        return not any(
            min(other.left + other.right) <= bottom and top <= max(other.left + other.right) for other in self.turning
        )


def channel(passages: Sequence[Passage], labelled: frozenset[Net]) -> Channel:
    """The channel of those nets, of which `labelled` have their source beside it."""
    return Channel(passages, tracks(passages), labelled)


def _room(net: Net) -> int:
    return net.label_width + 2 * LABEL_PADDING
