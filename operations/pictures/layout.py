"""Where everything in a picture stands, in pixels from its upper left corner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from operations.pictures import card
from operations.pictures.graph import Graph, Node
from operations.pictures.lines import Route, grid, route
from operations.pictures.nets import Segment, nets, segments
from operations.pictures.ordering import Columns, ordered
from operations.pictures.ports import Levels, Ports, ports
from operations.pictures.ranking import ranks
from operations.pictures.stacking import Extent, heights
from operations.pictures.straightening import straightened

SPACE = 14
WAYPOINT = Extent(above=12, below=12)


@dataclass(frozen=True, slots=True)
class Card:
    """A node's card; `y` is its middle."""

    node: Node
    x: int
    y: int
    width: int
    half: int

    @property
    def bottom(self) -> int:
        """The lower edge of the card or of the last that is docked to it."""
        return self.y + self.half + card.docks_height(self.node)


@dataclass(frozen=True, slots=True)
class Layout:
    """The picture without title and legend, from (0, 0) to (width, height)."""

    cards: tuple[Card, ...]
    routes: tuple[Route, ...]
    width: int
    height: int


def layout(graph: Graph) -> Layout:
    """Lays the graph out from left to right; the same graph always gives the same layout."""
    nodes = {node.key: node for node in graph.nodes}
    rank = ranks(graph)
    ways = {net: segments(net, rank) for net in nets(graph, rank)}
    every = [segment for way in ways.values() for segment in way]
    columns = ordered(_columns(rank, every), every)
    at = ports(tuple(nodes), columns, every)
    levels = Levels(_middles(columns, every, nodes, at), at)
    widths = [max(card.width(nodes[item]) for item in column if item in nodes) for column in columns]
    on = grid(widths, every, levels)
    cards = tuple(
        Card(node, on.left[rank[key]], levels.middle[key], widths[rank[key]], at.halves[key])
        for key, node in nodes.items()
    )
    routes = tuple(route(net, way, levels, on) for net, way in ways.items())
    lowest = max([placed.bottom for placed in cards] + [y for way in routes for line in way.lines for _, y in line])
    return Layout(cards, routes, on.left[-1] + widths[-1], lowest)


def _columns(rank: Mapping[str, int], every: Sequence[Segment]) -> Columns:
    """Nodes and waypoints by column, in the order in which they were described."""
    columns: Columns = [[] for _ in range(max(rank.values()) + 1)]
    for key, column in rank.items():
        columns[column].append(key)
    waypoints = {segment.left: segment for segment in every if segment.left not in rank}
    for name, segment in waypoints.items():
        columns[segment.left_column].append(name)
    return columns


def _middles(columns: Columns, every: Sequence[Segment], nodes: Mapping[str, Node], at: Ports) -> dict[str, int]:
    """The items' middles, counted from the top of the uppermost."""
    extents = {item: _extent(nodes[item], at) if item in nodes else WAYPOINT for column in columns for item in column}
    middle = straightened(heights(columns, every, at, extents), columns, every, at, extents)
    top = min(height - at.halves.get(item, 0) for item, height in middle.items())
    return {item: height - top for item, height in middle.items()}


def _extent(node: Node, at: Ports) -> Extent:
    half = at.halves[node.key] + SPACE
    return Extent(half, half + card.docks_height(node))
