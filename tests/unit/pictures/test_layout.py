"""Where things stand: nothing lies upon anything else, whatever the system."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.pictures import card
from operations.pictures.graph import Dock, Edge, Flow, Graph, Kind, Node
from operations.pictures.layers_graph import layers_graph
from operations.pictures.layout import Card, Layout, layout
from operations.pictures.lettering import NAME, Lettering, halves, lines
from operations.pictures.lines import Route
from operations.pictures.nets import nets
from operations.pictures.ranking import ranks
from operations.pictures.system_graph import system_graph
from services.transactions.system import system as transactions
from tests.unit.pictures.samples import LARGE, SMALL, TO_COME

Box = tuple[int, int, int, int]

GRAPHS = (system_graph(transactions), system_graph(LARGE), system_graph(SMALL), layers_graph(), TO_COME)
KIND = Kind("kind", "M0 0h1")


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Up to nine nodes with docks, and up to fourteen arrows in any direction, cycles included."""
    count = draw(st.integers(2, 9))
    dock = Dock(KIND, "caption", "some-long-name-of-a-queue", "messaging", failed=True)
    nodes = tuple(
        Node(f"n{number}", KIND, f"node-{number}", "compute", (dock,) * draw(st.integers(0, 2)))
        for number in range(count)
    )
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    verbs = st.sampled_from([("puts",), ("gets", "updates", "queries some-index"), ("sends",)])
    edges = tuple(
        Edge(f"n{source}", f"n{target}", draw(verbs), draw(st.sampled_from(Flow)))
        for source, target in draw(st.lists(pairs, max_size=14, unique=True))
    )
    return Graph("any", "any", legend=True, nodes=nodes, edges=edges)


@settings(max_examples=60)
@given(graphs())
def test_nothing_lies_upon_anything_else_in_any_graph(graph: Graph) -> None:
    _assert_clear(layout(graph))


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.title)
def test_nothing_lies_upon_anything_else_in_these_systems(graph: Graph) -> None:
    _assert_clear(layout(graph))


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.title)
def test_names_fit_into_their_cards_even_in_a_wide_font(graph: Graph) -> None:
    for placed in layout(graph).cards:
        room = placed.width - card.TILE - 2 * card.PADDING
        assert all(NAME.width(line) <= room for line in card.name_lines(placed.node))


def test_the_way_of_a_transaction_is_one_line_without_a_bend() -> None:
    placed = {entry.node.name: entry for entry in layout(GRAPHS[0]).cards}
    way = [placed[name] for name in ("clients", "webhook-api", "webhook-validator", "transaction-events")]
    assert len({entry.y for entry in way}) == 1
    assert placed["refunds-queue"].y == placed["transaction-router"].y


def test_what_triggers_stands_left_of_what_it_triggers_and_a_schedule_right_beside_it() -> None:
    rank = ranks(GRAPHS[0])
    assert rank["transaction_events_table"] + 1 == rank["transaction_router_function"]
    assert rank["transaction_sweep_rule"] + 1 == rank["transaction_router_function"]


def test_what_is_only_read_stands_left_of_its_reader() -> None:
    nodes = tuple(Node(key, KIND, key, "data") for key in ("reader", "table"))
    graph = Graph("g", "g", legend=False, nodes=nodes, edges=(Edge("reader", "table", ("gets",), Flow.READS),))
    assert ranks(graph) == {"reader": 1, "table": 0}


def test_arrows_with_one_source_and_one_label_share_their_line() -> None:
    graph = GRAPHS[0]
    sends = [net for net in nets(graph, ranks(graph)) if net.label == ("sends",)]
    assert [net.targets for net in sends] == [("payments_queue", "refunds_queue", "disputes_queue")]


def test_an_arrow_ends_at_the_edge_of_each_target() -> None:
    placed = layout(TO_COME)
    for route in placed.routes:
        edges = {
            (entry.x + entry.width if route.net.backward else entry.x)
            for entry in placed.cards
            if entry.node.key in route.net.targets
        }
        assert {x for x, _ in route.arrows} == edges
        assert len(route.arrows) == len(route.net.targets)


@pytest.mark.parametrize(
    ("text", "regular", "bold"),
    [
        ("transaction-router", 9.08, 10.40),
        ("MarketDataState", 8.51, 9.67),
        ("POST /webhook/{exchange}", 14.29, 15.97),
        ("gets, updates, queries", 11.19, 12.71),
        ("illicit", 2.33, 2.78),
        ("abcdefghijklmnopqrstuvwxyz", 14.65, 16.54),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 17.49, 19.63),
        ("0123456789", 6.36, 6.96),
    ],
)
def test_text_is_taken_for_as_wide_as_it_is_in_dejavu_sans_and_little_more(
    text: str, regular: float, bold: float
) -> None:
    assert regular <= Lettering(100).width(text) / 100 <= 1.2 * regular
    assert bold <= Lettering(100, bold=True).width(text) / 100 <= 1.2 * bold


def test_long_names_break_where_they_may() -> None:
    assert halves("transaction-events", 12) == ("transaction-", "events")
    assert halves("MarketDataState", 12) == ("Market", "DataState")
    assert halves("short", 12) == ("short",)
    assert halves("unbreakablename", 12) == ("unbreakablename",)


def test_verbs_break_into_lines_between_and_not_within_them() -> None:
    assert lines(("gets", "updates", "queries unrouted-index")) == ("gets, updates,", "queries unrouted-index")


def _assert_clear(placed: Layout) -> None:
    boxes = [_box(entry) for entry in placed.cards]
    labels = [_label_box(route) for route in placed.routes]
    strokes = [(route, stroke) for route in placed.routes for line in route.lines for stroke in pairwise(line)]
    assert not [pair for pair in combinations(boxes, 2) if _overlap(*pair)], "cards lie upon each other"
    assert not [(box, said) for box in boxes for said in labels if _overlap(box, said)], "a label lies upon a card"
    assert not [pair for pair in combinations(labels, 2) if _overlap(*pair)], "labels lie upon each other"
    for route, ((x1, y1), (x2, y2)) in strokes:
        stroke = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
        assert not [box for box in boxes if _overlap(stroke, box)], "a line runs through a card"
        assert not [said for said in labels if _overlap(stroke, said)], f"a line of {route.net} runs through a label"
    everything = boxes + labels
    assert all(left >= 0 and top >= 0 for left, top, _, _ in everything)
    assert all(right <= placed.width and bottom <= placed.height for _, _, right, bottom in everything)


def _box(entry: Card) -> Box:
    return entry.x, entry.y - entry.half, entry.x + entry.width, entry.bottom


def _label_box(route: Route) -> Box:
    x, y = route.label
    half = route.net.label_width // 2
    return x - half, y - route.net.label_height - 4, x + half, y - 2


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
