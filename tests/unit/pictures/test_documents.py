"""The pictures as documents: up to date, complete, self-contained, the same wherever they are drawn."""

import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from operations.pictures.documents import FOLDER, documents
from operations.pictures.drawing import drawing
from operations.pictures.graph import Graph
from operations.pictures.kinds import KINDS
from operations.pictures.layers_graph import layers_graph
from operations.pictures.palette import CANVAS, LAYER_TONES, ON_TILE, QUIET, SURFACE, TEXT, Tone
from operations.pictures.system_graph import system_graph
from shared.contract import PROMISES
from shared.layers import LAYERS, UPSTREAMS
from shared.model import Role, System
from shared.systems import known_systems, load_systems
from tests.unit.pictures.samples import LARGE, SMALL, TO_COME

SVG = "{http://www.w3.org/2000/svg}"
SYSTEMS = (*load_systems(known_systems()), LARGE, SMALL)
GRAPHS = (*map(system_graph, SYSTEMS), layers_graph(), TO_COME)
graphs = pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.title)


def test_the_pictures_in_docs_are_what_the_descriptions_say_today() -> None:
    drawn = {file.name: file.read_bytes() for file in FOLDER.glob("*.svg")}
    assert drawn.keys() == documents().keys(), "docs/pictures/ is stale: just docs"
    stale = [name for name, content in documents().items() if drawn[name] != content]
    assert not stale, "docs/pictures/ is stale: just docs"


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_a_picture_is_the_same_to_the_byte_in_every_process(seed: str) -> None:
    program = (
        "import sys; from operations.pictures.drawing import drawing; "
        "from operations.pictures.system_graph import system_graph; "
        "from tests.unit.pictures.samples import LARGE; sys.stdout.write(drawing(system_graph(LARGE)))"
    )
    environ = {**os.environ, "PYTHONHASHSEED": seed}
    said = subprocess.run([sys.executable, "-c", program], env=environ, check=True, capture_output=True, text=True)
    assert said.stdout == drawing(system_graph(LARGE))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_every_element_that_a_layer_owns_is_in_the_picture(system: System) -> None:
    graph = system_graph(system)
    shown = {node.name for node in graph.nodes} | {dock.name for node in graph.nodes for dock in node.docks}
    for promise in PROMISES.values():
        assert {element.name for element in promise.elements(system)} <= shown


def test_every_kind_of_element_has_an_entry_and_every_layer_a_colour() -> None:
    assert set(KINDS) == set(PROMISES)
    assert set(LAYER_TONES) == set(LAYERS)


def test_the_picture_of_the_layers_shows_each_with_what_it_is_built_upon_and_owns() -> None:
    graph = layers_graph()
    assert {(edge.source, edge.target) for edge in graph.edges} == {
        (upstream, layer) for layer, upstreams in UPSTREAMS.items() for upstream in upstreams
    }
    owned = {node.name: [dock.kind for dock in node.docks] for node in graph.nodes}
    assert KINDS[Role] in owned["security"]
    assert sum(map(len, owned.values())) == len(PROMISES)


@graphs
def test_a_screen_reader_hears_the_title_and_every_arrow(graph: Graph) -> None:
    root = ElementTree.fromstring(drawing(graph))  # noqa: S314 - our own
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == graph.summary
    described = root.findtext(f"{SVG}desc") or ""
    assert all(", ".join(edge.verbs) in described for edge in graph.edges)
    assert all(node.name in described for node in graph.nodes)


@graphs
def test_a_picture_refers_to_nothing_outside_itself(graph: Graph) -> None:
    drawn = drawing(graph).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not [reference for reference in ("href", "url(", "@import", "http:", "<script") if reference in drawn]


def test_names_cannot_break_the_document() -> None:
    graph = Graph('a<b>&"c"', "d<e>&f", legend=False, nodes=TO_COME.nodes, edges=())
    root = ElementTree.fromstring(drawing(graph))  # noqa: S314 - our own
    assert 'a<b>&"c"' in [said.text for said in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_is_legible_on_its_ground_by_day_and_by_night(dark: bool) -> None:
    assert all(_contrast(text, ground, dark) >= 4.5 for text in (TEXT, QUIET) for ground in (CANVAS, SURFACE))
    assert all(_contrast(ON_TILE, tile, dark) >= 4.5 for tile in LAYER_TONES.values())


def _contrast(one: Tone, other: Tone, dark: bool) -> float:
    """Ratio of contrast as WCAG defines it."""
    darker, lighter = sorted(_luminance(tone.dark if dark else tone.light) for tone in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
