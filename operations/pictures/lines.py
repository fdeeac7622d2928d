"""The lines of the nets, corner by corner, across columns and channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from operations.pictures.channel import Channel, channel
from operations.pictures.nets import Net, Segment, waypoint
from operations.pictures.ports import Levels
from operations.pictures.tracks import Passage

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Route:
    """A net's lines, each a list of corners, the points of its arrows and the middle of the line below its label."""

    net: Net
    lines: tuple[tuple[Point, ...], ...]
    arrows: tuple[Point, ...]
    label: Point


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns' widths and the channels between them, from left to right."""

    widths: Sequence[int]
    channels: Sequence[Channel]

    @property
    def left(self) -> list[int]:
        """The columns' left edges."""
        steps = [width + between.width for width, between in zip(self.widths, self.channels, strict=False)]
        return list(accumulate(steps, initial=0))


def grid(widths: Sequence[int], segments: Sequence[Segment], levels: Levels) -> Grid:
    """Makes each channel as wide as its labels and turns need."""
    return Grid(widths, [_channel(number, segments, levels) for number in range(len(widths) - 1)])


def _channel(number: int, segments: Sequence[Segment], levels: Levels) -> Channel:
    passages: dict[Net, Passage] = {}
    labelled: set[Net] = set()
    for segment in segments:
        if segment.left_column == number:
            net = segment.net
            left, right = levels.of(segment)
            before = passages.get(net, Passage(net, (), ()))
            passages[net] = Passage(net, (*before.left, left), (*before.right, right))
            if net.source in (segment.left, segment.right):
                labelled.add(net)
    return channel(tuple(passages.values()), frozenset(labelled))


def route(net: Net, segments: Sequence[Segment], levels: Levels, on: Grid) -> Route:
    """The way of the net, whose segments these are."""
    lines = [_line(segment, levels, on) for segment in segments]
    arrows = [
        line[0] if net.backward else line[-1]
        for line, segment in zip(lines, segments, strict=True)
        if (segment.left if net.backward else segment.right) in net.targets
    ]
    first = next(segment for segment in segments if net.source in (segment.left, segment.right))
    edge = on.left[first.left_column] + on.widths[first.left_column]
    level = levels.of(first)[1 if net.backward else 0]
    return Route(net, tuple(lines), tuple(arrows), (edge + on.channels[first.left_column].label_centre(net), level))


def _line(segment: Segment, levels: Levels, on: Grid) -> tuple[Point, ...]:
    """From edge to edge; at a waypoint also across its column."""
    column = segment.left_column
    edge = on.left[column] + on.widths[column]
    left, right = levels.of(segment)
    start = on.left[column] if segment.left == waypoint(segment.net, column) else edge
    end = on.left[column + 1]
    if left == right:
        return (start, left), (end, right)
    turn = edge + on.channels[column].turn(segment.net)
    return (start, left), (turn, left), (turn, right), (end, right)
