"""The generated table of requirements."""

from pathlib import Path

import pytest

from operations.requirement_table import TABLE, proofs, render, requirement_rows

ROWS = {"All": {"ALL-1": "names | end"}}


def test_the_table_in_docs_is_what_the_tests_say_today() -> None:
    assert TABLE.read_text() == render(requirement_rows(), proofs()), "docs/requirements.md is stale: just docs"


def written(checkout: Path, file: str, source: str) -> Path:
    (checkout / file).parent.mkdir(parents=True)
    (checkout / file).write_text(source)
    return checkout


def test_a_mark_leads_from_the_requirement_to_the_test(tmp_path: Path) -> None:
    source = '@pytest.mark.requirement("ALL-1")\ndef test_it() -> None: ...\n'
    table = render(ROWS, proofs(written(tmp_path, "tests/unit/test_names.py", source)))
    assert "| ALL-1 | names \\| end | unit: `tests/unit/test_names.py::test_it` |" in table


@pytest.mark.parametrize(
    "source",
    [
        'pytestmark = mark.requirement("ALL-1")\ndef helper(): ...\ndef test_it(): ...\n',
        'pytestmark = [mark.slow, mark.requirement("ALL-1")]\ndef test_it(): ...\n',
        'class TestAll:\n    pytestmark = (mark.requirement("ALL-1"),)\n    def test_it(self): ...\n',
        '@mark.requirement("ALL-1")\nclass TestAll:\n    def test_it(self): ...\n',
        'pytestmark = mark.requirement("ALL-1")\n@mark.requirement("ALL-1")\ndef test_it(): ...\n',
        'other = mark.requirement("ALL-2")\n@mark.requirement("ALL-1")\ndef test_it(): ...\n',
    ],
)
def test_a_mark_of_all_tests_of_a_module_or_a_class_is_each_ones_and_counts_once(tmp_path: Path, source: str) -> None:
    found = proofs(written(tmp_path, "tests/local/test_names.py", source))
    assert found == {"ALL-1": [("embedded target", "tests/local/test_names.py::test_it")]}


def test_what_validation_shows_of_a_deployment_is_a_proof(tmp_path: Path) -> None:
    source = '@shows("MD-5", "MD-10")\ndef the_queue(queue): ...\ndef helper(): ...\n'
    found = proofs(written(tmp_path, "operations/validation/systems/market_data.py", source))
    proof = ("describe calls", "operations/validation/systems/market_data.py::the_queue")
    assert found == {"MD-5": [proof], "MD-10": [proof]}


def test_a_requirement_without_a_test_shows_as_unproven() -> None:
    assert "| ALL-1 | names \\| end | — |" in render(ROWS, {})


def test_a_mark_with_an_unknown_id_is_refused() -> None:
    with pytest.raises(KeyError, match="ALL-99"):
        render(ROWS, {"ALL-99": [("unit", "somewhere")]})
