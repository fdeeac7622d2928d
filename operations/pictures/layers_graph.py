"""The layers' graph: what each owns, and upon which others it is built."""

from operations.pictures.graph import Dock, Edge, Flow, Graph, Node
from operations.pictures.kinds import KINDS, LAYER
from shared.contract import PROMISES
from shared.layers import UPSTREAMS


def layers_graph() -> Graph:
    """Each layer with the kinds of element that it owns; arrows go the way outputs do."""
    edges = [
        Edge(upstream, layer, ("outputs",), Flow.TRIGGERS) for layer, names in UPSTREAMS.items() for upstream in names
    ]
    return Graph(
        title="layers",
        summary="The layers, from the first that is deployed to the last",
        legend=False,
        nodes=tuple(Node(layer, LAYER, layer, layer, _owned(layer)) for layer in UPSTREAMS),
        edges=tuple(edges),
    )


def _owned(layer: str) -> tuple[Dock, ...]:
    kinds = (KINDS[element] for element, promise in PROMISES.items() if promise.layer == layer)
    return tuple(Dock(kind, "", f"{kind.noun}s", layer) for kind in kinds)
