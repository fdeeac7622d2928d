"""What a picture shows, before anyone knows where: nodes, what is docked to them, and edges."""

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of node: what a reader calls one, and its icon as an SVG path to be stroked in a square of 20."""

    noun: str
    icon: str


@dataclass(frozen=True, slots=True)
class Dock:
    """A quieter element below the one that it belongs to; `failed` where only what failed gets there.

    The caption says what joins the two; it may be empty.
    """

    kind: Kind
    caption: str
    name: str
    layer: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """An element of the flow; `layer` is its owner, None for what stands outside."""

    key: str
    kind: Kind
    name: str
    layer: str | None
    docks: tuple[Dock, ...] = ()


class Flow(IntEnum):
    """How much an edge has to say about what is left and what is right, the most first."""

    TRIGGERS = 0
    WRITES = 1
    READS = 2


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow between two nodes' keys; `verbs` become its label."""

    source: str
    target: str
    verbs: tuple[str, ...]
    flow: Flow


@dataclass(frozen=True, slots=True)
class Graph:
    """A picture's content; the nodes' order decides where the layout leaves a choice.

    `legend` where the colours need one.
    """

    title: str
    summary: str
    legend: bool
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
