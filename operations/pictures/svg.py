"""SVG elements as text."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from operations.pictures.lines import Point

CORNER = 8


def element(name: str, content: str = "", /, **attributes: str | float) -> str:
    """An element; underscores at an attribute's end are dropped, those within become dashes."""
    said = "".join(f" {_attribute(key)}={quoteattr(f'{value}')}" for key, value in attributes.items())
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def text(said: str, x: float, y: float, class_: str) -> str:
    """A line of text; `y` is where it stands."""
    return element("text", escape(said), x=x, y=y, class_=class_)


def polyline(corners: Sequence[Point]) -> str:
    """Path through the corners, which are rounded where there is room."""
    path = [f"M{corners[0][0]} {corners[0][1]}"]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        radius = min(CORNER, _distance(before, corner) // 2, _distance(corner, after) // 2)
        enter, leave = _towards(corner, before, radius), _towards(corner, after, radius)
        path.append(f"L{enter[0]} {enter[1]}Q{corner[0]} {corner[1]} {leave[0]} {leave[1]}")
    path.append(f"L{corners[-1][0]} {corners[-1][1]}")
    return "".join(path)


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _distance(one: Point, other: Point) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, end: Point, by: int) -> Point:
    far = _distance(start, end) or 1
    return start[0] + (end[0] - start[0]) * by // far, start[1] + (end[1] - start[1]) * by // far
