"""All pictures by the names of their files."""

from collections.abc import Mapping

from operations.pictures.drawing import drawing
from operations.pictures.layers_graph import layers_graph
from operations.pictures.system_graph import system_graph
from shared.checkout import CHECKOUT
from shared.systems import known_systems, load_systems

FOLDER = CHECKOUT / "docs" / "pictures"


def documents() -> Mapping[str, bytes]:
    """One SVG document a system, and one of the layers."""
    graphs = {"layers": layers_graph()}
    graphs |= {system.name: system_graph(system) for system in load_systems(known_systems())}
    return {f"{name}.svg": drawing(graph).encode() for name, graph in graphs.items()}
