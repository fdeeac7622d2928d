"""The generated table of requirements."""

from pathlib import Path

import pytest

from operations.requirement_table import TABLE, proofs, render, requirement_rows

ROWS = {"All": {"ALL-1": "names | end"}}


def test_the_table_in_docs_is_what_the_tests_say_today() -> None:
    assert TABLE.read_text() == render(requirement_rows(), proofs()), "docs/requirements.md is stale: just docs"


def test_a_mark_leads_from_the_requirement_to_the_test(tmp_path: Path) -> None:
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    source = '@pytest.mark.requirement("ALL-1")\ndef test_it() -> None: ...\n'
    (tmp_path / "tests" / "unit" / "test_names.py").write_text(source)
    table = render(ROWS, proofs(tmp_path / "tests"))
    assert "| ALL-1 | names \\| end | unit: `tests/unit/test_names.py::test_it` |" in table


def test_a_requirement_without_a_test_shows_as_unproven() -> None:
    assert "| ALL-1 | names \\| end | — |" in render(ROWS, {})


def test_a_mark_with_an_unknown_id_is_refused() -> None:
    with pytest.raises(KeyError, match="ALL-99"):
        render(ROWS, {"ALL-99": [("unit", "somewhere")]})
