"""In which column each node stands."""

from collections.abc import Sequence
from graphlib import TopologicalSorter

from operations.pictures.graph import Edge, Flow, Graph

Arc = tuple[str, str]


def ranks(graph: Graph) -> dict[str, int]:
    """Columns from 0, such that as many arrows as can be lead to the right, and what is read stands left."""
    left_of: dict[str, set[str]] = {node.key: set() for node in graph.nodes}
    right_of: dict[str, set[str]] = {node.key: set() for node in graph.nodes}
    for left, right in _arcs(graph.edges):
        left_of[right].add(left)
        right_of[left].add(right)
    rank: dict[str, int] = {}
    for key in TopologicalSorter(left_of).static_order():
        rank[key] = max((rank[left] + 1 for left in left_of[key]), default=0)
    for node in graph.nodes:
        if not left_of[node.key] and right_of[node.key]:
            rank[node.key] = min(rank[right] for right in right_of[node.key]) - 1
    return {node.key: rank[node.key] for node in graph.nodes}


def _arcs(edges: Sequence[Edge]) -> list[Arc]:
    """The edges as (left, right) without cycles; what triggers decides before what writes, and that before reads."""
    arcs: list[Arc] = []
    for edge in sorted(edges, key=lambda edge: edge.flow):
        left, right = (edge.target, edge.source) if edge.flow is Flow.READS else (edge.source, edge.target)
        arcs.append((right, left) if _reaches(arcs, right, left) else (left, right))
    return arcs


def _reaches(arcs: Sequence[Arc], start: str, end: str) -> bool:
    seen = {start}
    grew = True
    while grew:
        found = {right for left, right in arcs if left in seen} - seen
        seen |= found
        grew = bool(found)
    return end in seen
