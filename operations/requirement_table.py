"""`python -m operations.requirement_table`: writes docs/requirements.md, each row with the tests that prove it."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from shared.checkout import CHECKOUT

ROWS = CHECKOUT / "docs" / "requirements.yaml"
TABLE = CHECKOUT / "docs" / "requirements.md"
TESTS = CHECKOUT / "tests"

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


def requirement_rows(file: Path = ROWS) -> Mapping[str, Mapping[str, str]]:
    """Requirements by section and id."""
    return yaml.safe_load(file.read_text())


def proofs(tests: Path = TESTS) -> Proofs:
    """Level and name of the tests by the requirement ids that they are marked with."""
    found: Proofs = {}
    for file in sorted(tests.rglob("test_*.py")):
        level = LEVELS[file.relative_to(tests).parts[0]] if file.parent != tests else "unit"
        for name, ids in _marked(ast.parse(file.read_text()).body):
            for id_ in ids:
                found.setdefault(id_, []).append((level, f"{file.relative_to(tests.parent)}::{name}"))
    return found


def render(rows: Mapping[str, Mapping[str, str]], proven: Proofs) -> str:
    """The table as Markdown; KeyError where a test cites an id that is no row."""
    known = {id_ for section in rows.values() for id_ in section}
    if unknown := set(proven) - known:
        raise KeyError(f"tests cite ids that docs/requirements.yaml does not have: {', '.join(sorted(unknown))}")
    lines = ["# Requirements and the tests that prove them", ""]
    lines += ["Generated from `docs/requirements.yaml` and the tests' marks by `just docs`; do not edit.", ""]
    for section, of_section in rows.items():
        lines += [f"## {section}", "", "| id | requirement | proven by |", "|---|---|---|"]
        lines += [f"| {id_} | {_cell(text)} | {_tests(proven.get(id_, []))} |" for id_, text in of_section.items()]
        lines.append("")
    return "\n".join(lines)


def _marked(body: list[ast.stmt]) -> Iterator[tuple[str, list[str]]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _marked(node.body)
        if isinstance(node, ast.FunctionDef):
            yield node.name, [id_ for decorator in node.decorator_list for id_ in _ids(decorator)]


def _ids(decorator: ast.expr) -> Iterator[str]:
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("mark.requirement"):
        yield from (str(ast.literal_eval(argument)) for argument in decorator.args)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _tests(found: list[tuple[str, str]]) -> str:
    return "<br>".join(f"{level}: `{name}`" for level, name in found) or "—"


if __name__ == "__main__":
    TABLE.write_text(render(requirement_rows(), proofs()))
    print(f"wrote {TABLE.relative_to(CHECKOUT)}")
