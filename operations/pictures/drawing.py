"""A graph as an SVG document."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from operations.pictures import card
from operations.pictures.graph import Graph, Kind
from operations.pictures.layout import Card, Layout, layout
from operations.pictures.lettering import LEGEND, TITLE
from operations.pictures.lines import Route
from operations.pictures.nets import LINE_HEIGHT
from operations.pictures.palette import LAYER_TONES, style_sheet
from operations.pictures.svg import element, polyline, text

MARGIN = 24
HEADER = 34
ARROW = 8
NAME_LINE = 16
LEGEND_GAP = 28


def drawing(graph: Graph) -> str:
    """The picture with title, legend and a text for those who can't see it."""
    placed = layout(graph)
    legend, legend_width = _legend(graph)
    width = max(placed.width, TITLE.width(graph.title) + legend_width) + 2 * MARGIN
    height = placed.height + HEADER + 2 * MARGIN
    left = (width - placed.width) // 2
    parts = [
        element("title", escape(graph.summary), id="title"),
        element("desc", escape(_in_words(graph)), id="desc"),
        element("style", f"\n{escape(style_sheet())}\n"),
        element("rect", x=0.5, y=0.5, width=width - 1, height=height - 1, rx=10, class_="canvas"),
        text(graph.title, MARGIN, MARGIN + 14, "title"),
        element("g", _lines(_content(placed)), transform=f"translate({left} {MARGIN + HEADER})"),
        element("g", _lines(legend), transform=f"translate({width - MARGIN - legend_width} {MARGIN + 2})"),
    ]
    return (
        element(
            "svg",
            _lines(parts),
            xmlns="http://www.w3.org/2000/svg",
            width=width,
            height=height,
            viewBox=f"0 0 {width} {height}",
            role="img",
            aria_labelledby="title desc",
        )
        + "\n"
    )


def _in_words(graph: Graph) -> str:
    names = {node.key: f"{node.kind.noun} {node.name}" for node in graph.nodes}
    edges = [f"{names[edge.source]} to {names[edge.target]}: {', '.join(edge.verbs)}." for edge in graph.edges]
    docks = [
        f"{names[node.key]}, {dock.caption}: {dock.kind.noun} {dock.name}."
        if dock.caption
        else f"{names[node.key]}: {dock.name}."
        for node in graph.nodes
        for dock in node.docks
    ]
    return " ".join([f"Shows {', '.join(names.values())}.", *edges, *docks])


def _content(placed: Layout) -> list[str]:
    parts = [part for route in placed.routes for part in _route(route)]
    return parts + [part for card_ in placed.cards for part in _card(card_)]


def _route(route: Route) -> Iterator[str]:
    yield element("path", d="".join(polyline(line) for line in route.lines), class_="line")
    direction = -1 if route.net.backward else 1
    for x, y in route.arrows:
        yield _arrow(x, y, direction * ARROW)
    x, y = route.label
    for number, line in enumerate(reversed(route.net.label)):
        yield text(line, x, y - 6 - number * LINE_HEIGHT, "label")


def _arrow(x: int, y: int, length: int) -> str:
    """A head whose point is at (x, y); a negative length points to the left."""
    return element("path", d=f"M{x} {y}l{-length} -4v8z", class_="arrow")


def _card(placed: Card) -> Iterator[str]:
    node, x, top = placed.node, placed.x, placed.y - placed.half
    layer = node.layer or "outside"
    yield from _docks(placed)
    yield element("rect", x=x, y=top, width=placed.width, height=2 * placed.half, rx=8, class_=f"card of-{layer}")
    tile = f"M{x + card.TILE} {top}h{8 - card.TILE}q-8 0 -8 8v{2 * placed.half - 16}q0 8 8 8h{card.TILE - 8}z"
    yield element("path", d=tile, class_=f"tile-{layer}")
    yield _icon(node.kind, x + card.TILE / 2, placed.y, 1, "on-tile")
    lines = card.name_lines(node)
    first = placed.y - NAME_LINE * len(lines) // 2 + 4
    yield text(node.kind.noun, x + card.TILE + card.PADDING, first, "noun")
    for number, line in enumerate(lines, start=1):
        yield text(line, x + card.TILE + card.PADDING, first + NAME_LINE * number, "name")


def _docks(placed: Card) -> Iterator[str]:
    top = bottom = placed.y + placed.half
    left = placed.x + card.DOCK_INDENT
    for dock in placed.node.docks:
        failed = " failed" if dock.failed else ""
        top += card.DOCK_GAP
        height = card.dock_height(dock)
        branch = [(placed.x + 10, bottom), (placed.x + 10, top + height // 2), (left, top + height // 2)]
        yield element("path", d=polyline(branch), class_=f"line quiet{failed}")
        size = {"width": placed.width - card.DOCK_INDENT, "height": height}
        yield element("rect", x=left, y=top, rx=6, class_=f"dock{failed}", **size)
        yield _icon(dock.kind, left + card.DOCK_ICON / 2, top + height / 2, 0.75, f"of-{dock.layer}")
        said = [(dock.caption, "caption")] if dock.caption else []
        said += [(line, "docked") for line in card.dock_lines(dock)]
        for number, (line, class_) in enumerate(said):
            yield text(line, left + card.DOCK_ICON, top + 15 + card.DOCK_LINE * number, class_)
        top += height


def _icon(kind: Kind, x: float, y: float, scale: float, class_: str) -> str:
    corner = f"translate({x - 10 * scale:g} {y - 10 * scale:g})"
    return element("path", d=kind.icon, transform=f"{corner} scale({scale:g})", class_=f"icon {class_}")


def _legend(graph: Graph) -> tuple[list[str], int]:
    """The layers that own something in the picture, and the width of it all."""
    owners = {node.layer for node in graph.nodes} | {dock.layer for node in graph.nodes for dock in node.docks}
    shown = [layer for layer in LAYER_TONES if layer in owners and graph.legend]
    parts: list[str] = []
    x = 0
    for layer in shown:
        parts.append(element("rect", x=x, y=0, width=12, height=12, rx=3, class_=f"tile-{layer}"))
        parts.append(text(layer, x + 18, 10, "legend"))
        x += LEGEND_GAP + LEGEND.width(layer)
    return parts, x


def _lines(parts: list[str]) -> str:
    return "\n" + "\n".join(parts) + "\n"
