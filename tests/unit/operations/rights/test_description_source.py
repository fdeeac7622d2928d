"""A function's lines are found in the source of its description."""

from pathlib import Path

import pytest

from operations.rights.description_source import DescriptionSource
from shared.model import Function, seconds

SOURCE = """
from shared.model import Function, Queue, seconds, sends

labels = Queue("packer")
common = (sends(labels),)
worker = Function("worker", timeout=seconds(1), uses=(*common, sends(labels)))
packer = Function(
    "packer",
    timeout=seconds(1),
    uses=common + (
        sends(
            labels,
        ),
    ),
)
named = Function(name="named", timeout=seconds(1), uses=tuple(sends(one) for one in (labels,)))
made = make("made")
"""


@pytest.fixture
def source(tmp_path: Path) -> DescriptionSource:
    file = tmp_path / "system.py"
    file.write_text(SOURCE)
    return DescriptionSource(file, "services/shop/system.py")


def function(name: str) -> Function:
    return Function(name, timeout=seconds(1))


def test_a_function_is_found_by_its_name_among_others_of_that_name(source: DescriptionSource) -> None:
    assert str(source.function(function("packer"))) == 'services/shop/system.py:7 Function("packer", ...)'
    assert source.function(function("named")).line == 16


def test_an_element_is_found_where_it_was_written(source: DescriptionSource) -> None:
    lines = [source.element(function("worker"), "uses", place, 2).line for place in (0, 1)]
    assert lines == [5, 6]
    first, second = (source.element(function("packer"), "uses", place, 2) for place in (0, 1))
    assert (first.line, first.text) == (5, "sends(labels)")
    assert (second.line, second.text) == (11, "sends(labels)")


def test_what_cant_be_followed_is_answered_with_the_nearest_line(source: DescriptionSource) -> None:
    assert source.element(function("named"), "uses", 0, 1).text.startswith("uses=tuple(")
    assert source.element(function("worker"), "uses", 0, 5).text == "uses=(*common, sends(labels))"
    assert source.element(function("made"), "uses", 0, 1).text == 'make("made", ...)'
    assert str(source.argument(function("nobody"), "uses")) == "services/shop/system.py:1 describes nobody"
