"""`python -m operations.requirement_table`: writes docs/requirements.md, each row with what proves it."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from shared.checkout import CHECKOUT

ROWS = CHECKOUT / "docs" / "requirements.yaml"
TABLE = CHECKOUT / "docs" / "requirements.md"

Proofs = dict[str, list[tuple[str, str]]]

# What a test runs against tells how much it proves.
LEVELS = {
    "unit": "unit",
    "infrastructure": "mock engine",
    "policies": "policy plugin",
    "faults": "handlers with faults",
    "local": "embedded target",
    "end_to_end": "end to end",
    "integration": "any environment",
}
VALIDATION = "describe calls"

# How a test and an aspect of the validation say which rows they show.
TEST_MARK = "mark.requirement"
ASPECT_MARK = "shows"


def requirement_rows(file: Path = ROWS) -> Mapping[str, Mapping[str, str]]:
    """Requirements by section and id."""
    return yaml.safe_load(file.read_text())


def proofs(checkout: Path = CHECKOUT) -> Proofs:
    """Level and name of the tests and of the validation's aspects, by the requirement ids that they are marked with."""
    found: Proofs = {}
    tests, validation = checkout / "tests", checkout / "operations" / "validation"
    of_tests = ((_level(file.relative_to(tests)), file, TEST_MARK) for file in sorted(tests.rglob("test_*.py")))
    of_validation = ((VALIDATION, file, ASPECT_MARK) for file in sorted(validation.rglob("*.py")))
    for level, file, mark in (*of_tests, *of_validation):
        for name, ids in _marked(ast.parse(file.read_text()).body, mark):
            for id_ in dict.fromkeys(ids):
                found.setdefault(id_, []).append((level, f"{file.relative_to(checkout)}::{name}"))
    return found


def render(rows: Mapping[str, Mapping[str, str]], proven: Proofs) -> str:
    """The table as Markdown; KeyError where a test cites an id that is no row."""
    known = {id_ for section in rows.values() for id_ in section}
    if unknown := set(proven) - known:
        raise KeyError(f"tests cite ids that docs/requirements.yaml does not have: {', '.join(sorted(unknown))}")
    lines = ["# Requirements and what proves them", ""]
    lines += ["Generated from `docs/requirements.yaml` and the tests' marks by `just docs`; do not edit.", ""]
    for section, of_section in rows.items():
        lines += [f"## {section}", "", "| id | requirement | proven by |", "|---|---|---|"]
        lines += [f"| {id_} | {_cell(text)} | {_tests(proven.get(id_, []))} |" for id_, text in of_section.items()]
        lines.append("")
    return "\n".join(lines)


def _level(file: Path) -> str:
    return LEVELS[file.parts[0]] if len(file.parts) > 1 else LEVELS["unit"]


def _marked(body: list[ast.stmt], mark: str, of_all: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Functions with the ids that they, the class and the module around them are marked with."""
    of_all += tuple(id_ for node in body if isinstance(node, ast.Assign) for id_ in _ids_for_all(node, mark))
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _marked(node.body, mark, (*of_all, *_ids(node.decorator_list, mark)))
        if isinstance(node, ast.FunctionDef):
            own = _ids(node.decorator_list, mark)
            yield node.name, (*own, *of_all) if node.name.startswith("test_") else own


def _ids_for_all(assignment: ast.Assign, mark: str) -> tuple[str, ...]:
    if [ast.unparse(target) for target in assignment.targets] != ["pytestmark"]:
        return ()
    said = assignment.value
    return _ids(said.elts if isinstance(said, ast.List | ast.Tuple) else [said], mark)


def _ids(marks: list[ast.expr], mark: str) -> tuple[str, ...]:
    calls = (one for one in marks if isinstance(one, ast.Call) and ast.unparse(one.func).endswith(mark))
    return tuple(str(ast.literal_eval(argument)) for call in calls for argument in call.args)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _tests(found: list[tuple[str, str]]) -> str:
    return "<br>".join(f"{level}: `{name}`" for level, name in found) or "—"


if __name__ == "__main__":
    TABLE.write_text(render(requirement_rows(), proofs()))
    print(f"wrote {TABLE.relative_to(CHECKOUT)}")
