"""The programs themselves: a few lines upon the library."""

import ast
from pathlib import Path

import pytest

from shared.checkout import PROJECTS
from shared.layers import LAYERS


def imported(program: Path) -> set[str]:
    """Top names of all packages that the program imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(program.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add((node.module or ".").partition(".")[0])
    return found


def test_every_layer_has_its_program_and_no_program_is_without_a_layer() -> None:
    assert {program.parent.name for program in PROJECTS.glob("*/__main__.py")} == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_program_imports_the_library_and_the_engine_alone(layer: str) -> None:
    assert imported(PROJECTS / layer / "__main__.py") <= {"pulumi", "shared"}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_project_bears_the_name_of_its_layer(layer: str) -> None:
    assert f"name: {layer}\n" in (PROJECTS / layer / "Pulumi.yaml").read_text()
