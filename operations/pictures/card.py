"""Sizes of a node's card and of what is docked below it, in pixels."""

from operations.pictures.graph import Dock, Node
from operations.pictures.lettering import CAPTION, DOCKED, NAME, NOUN, halves

HALF = 31
TILE = 32
PADDING = 10
NAME_LIMIT = 12

DOCK_INDENT = 20
DOCK_GAP = 8
DOCK_ICON = 28
DOCK_LINE = 13
DOCK_LIMIT = 16


def name_lines(node: Node) -> tuple[str, ...]:
    return halves(node.name, NAME_LIMIT)


def dock_lines(dock: Dock) -> tuple[str, ...]:
    return halves(dock.name, DOCK_LIMIT)


def width(node: Node) -> int:
    """Of the card with everything that is docked to it."""
    text = max(NOUN.width(node.kind.noun), *(NAME.width(line) for line in name_lines(node)), 0)
    return max(TILE + text + 2 * PADDING, *(_dock_width(dock) for dock in node.docks), 0)


def dock_height(dock: Dock) -> int:
    """Of the dock itself."""
    return DOCK_LINE * (len(dock_lines(dock)) + bool(dock.caption)) + DOCK_GAP + 4


def docks_height(node: Node) -> int:
    """Of all that is docked, from the card's lower edge on."""
    return sum(DOCK_GAP + dock_height(dock) for dock in node.docks)


def _dock_width(dock: Dock) -> int:
    text = max(CAPTION.width(dock.caption), *(DOCKED.width(line) for line in dock_lines(dock)), 0)
    return DOCK_INDENT + DOCK_ICON + text + PADDING
