"""The generated table of faults."""

from pathlib import Path

import pytest

from shared.systems import known_systems
from tests.faults.reliability import TABLE, Proof, cases, proofs, render

ONE = {
    "cases": {6: {"fault": "a kill"}, 7: {"fault": "another", "only": ["market-data"]}},
    "unproven": ["the rest"],
    "preface": "All.",
}
SYSTEMS = ("coin-alerts", "market-data")


def _tests(folder: Path, source: str) -> Path:
    file = folder / "tests" / "faults" / "test_it.py"
    file.parent.mkdir(parents=True)
    file.write_text(source)
    return folder / "tests"


def test_the_table_in_docs_is_what_the_tests_say_today() -> None:
    assert TABLE.read_text() == render(cases(), proofs(), known_systems()), "docs/reliability.md is stale: just docs"


def test_a_test_proves_the_systems_of_its_mark_or_of_its_file(tmp_path: Path) -> None:
    source = (
        'pytestmark = pytest.mark.fault_system("market-data")\n'
        "@pytest.mark.fault_case(6)\ndef test_a(): ...\n"
        '@pytest.mark.fault_case(7)\n@pytest.mark.fault_system("coin-alerts")\ndef test_b(): ...\n'
    )
    found = proofs(_tests(tmp_path, source))
    assert [(proof.cases, proof.systems, proof.level) for proof in found] == [
        ((6,), ("market-data",), "handlers with faults"),
        ((7,), ("coin-alerts",), "handlers with faults"),
    ]


def test_a_test_of_scenarios_proves_their_systems(tmp_path: Path) -> None:
    source = '@pytest.mark.fault_case(6)\n@pytest.mark.parametrize("kind", STREAMED)\ndef test_a(kind): ...\n'
    (proof,) = proofs(_tests(tmp_path, source))
    assert "transactions" in proof.systems
    assert "price-alerts" not in proof.systems


def test_a_test_of_no_case_may_have_kinds_of_something_else(tmp_path: Path) -> None:
    assert not list(proofs(_tests(tmp_path, '@pytest.mark.parametrize("kind", COLOURS)\ndef test_a(kind): ...\n')))


def test_a_case_may_be_proven_for_fewer_kinds_than_the_test_runs_for(tmp_path: Path) -> None:
    marks = "@pytest.mark.fault_case(6)\n@pytest.mark.fault_case(7, kinds=STREAMED)\n"
    source = f'{marks}@pytest.mark.parametrize("kind", SCENARIOS)\ndef test_a(kind): ...\n'
    every, streamed = proofs(_tests(tmp_path, source))
    assert (every.cases, streamed.cases) == ((6,), (7,))
    assert "price-alerts" in every.systems
    assert "price-alerts" not in streamed.systems


def test_a_case_without_a_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="test_a proves cases of no system"):
        proofs(_tests(tmp_path, "@pytest.mark.fault_case(6)\ndef test_a(): ...\n"))


def test_what_is_not_proven_shows_as_open_and_what_can_not_happen_as_a_dash() -> None:
    table = render(ONE, [Proof("tests/x.py::test_x", "handler", (6,), ("market-data",))], SYSTEMS)
    assert "| [6](#case-6) | a kill | **open** | handler |" in table
    assert "| [7](#case-7) | another | — | **open** |" in table
    assert "- `tests/x.py::test_x` (market-data)" in table


def test_what_is_said_to_be_open_is_open_whatever_proves_a_part_of_it() -> None:
    said = {**ONE, "cases": {**ONE["cases"], 6: {"fault": "a kill", "open": ["coin-alerts"]}}}
    table = render(said, [Proof("tests/x.py::test_x", "handler", (6,), SYSTEMS)], SYSTEMS)
    assert "| [6](#case-6) | a kill | **open** | handler |" in table


def test_a_mark_for_a_system_that_the_case_can_not_meet_is_refused() -> None:
    with pytest.raises(ValueError, match="somewhere proves case 7 of coin-alerts, which can't meet it"):
        render(ONE, [Proof("somewhere", "handler", (6, 7), SYSTEMS)], SYSTEMS)


def test_a_mark_with_an_unknown_case_is_refused() -> None:
    with pytest.raises(KeyError, match="99"):
        render(ONE, [Proof("somewhere", "handler", (99,), SYSTEMS)], SYSTEMS)
