"""Edges gathered into nets, and their way from column to column."""

from collections.abc import Mapping
from dataclasses import dataclass

from operations.pictures.graph import Graph
from operations.pictures.lettering import LABEL, lines

LINE_HEIGHT = 14


@dataclass(frozen=True, slots=True)
class Net:
    """Edges with one source and one label, all to the right of the source or (`backward`) all to its left."""

    number: int
    source: str
    targets: tuple[str, ...]
    label: tuple[str, ...]
    backward: bool

    @property
    def label_width(self) -> int:
        return max(LABEL.width(line) for line in self.label)

    @property
    def label_height(self) -> int:
        return LINE_HEIGHT * len(self.label)


@dataclass(frozen=True, slots=True)
class Segment:
    """A net's way between the column `left_column` and the next, from one item to another.

    An item is a node's key, or a waypoint, where a net passes through a column.
    """

    net: Net
    left_column: int
    left: str
    right: str


def nets(graph: Graph, rank: Mapping[str, int]) -> tuple[Net, ...]:
    """The nets in the order of the edges."""
    gathered: dict[tuple[str, tuple[str, ...], bool], list[str]] = {}
    for edge in graph.edges:
        backward = rank[edge.target] < rank[edge.source]
        gathered.setdefault((edge.source, lines(edge.verbs), backward), []).append(edge.target)
    return tuple(
        Net(number, source, tuple(targets), label, backward)
        for number, ((source, label, backward), targets) in enumerate(gathered.items())
    )


def segments(net: Net, rank: Mapping[str, int]) -> tuple[Segment, ...]:
    """The net's way, each part once however many targets share it."""
    step = -1 if net.backward else 1
    found: dict[Segment, None] = {}
    for target in net.targets:
        at, column = net.source, rank[net.source]
        while at != target:
            last = column + step == rank[target]
            following = target if last else waypoint(net, column + step)
            left, right = (following, at) if net.backward else (at, following)
            found[Segment(net, min(column, column + step), left, right)] = None
            at, column = following, column + step
    return tuple(found)


def waypoint(net: Net, column: int) -> str:
    """Name of the item where the net passes through the column."""
    return f"{net.number}@{column}"
