"""The layers and what each is built upon: the one place that says the order of deployment."""

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter

UPSTREAMS: Mapping[str, tuple[str, ...]] = {
    "security": (),
    "data": ("security",),
    "messaging": ("security",),
    "compute": ("security", "data", "messaging"),
    "api": ("compute",),
    "observability": ("messaging", "compute", "api"),
}

LAYERS = tuple(UPSTREAMS)


def waves() -> Iterator[tuple[str, ...]]:
    """Layers in order of deployment; those of one wave do not need each other."""
    order = TopologicalSorter(UPSTREAMS)
    order.prepare()
    while order.is_active():
        ready = order.get_ready()
        yield tuple(sorted(ready, key=LAYERS.index))
        order.done(*ready)


def downstreams(layer: str) -> tuple[str, ...]:
    """The layers built directly upon `layer`."""
    return tuple(name for name, upstreams in UPSTREAMS.items() if layer in upstreams)
