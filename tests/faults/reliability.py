"""`python -m tests.faults.reliability`: writes docs/reliability.md, which test proves which system against what."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from shared.checkout import CHECKOUT
from shared.systems import known_systems
from tests.faults import scenarios

CASES = CHECKOUT / "docs" / "faults.yaml"
TABLE = CHECKOUT / "docs" / "reliability.md"
TESTS = CHECKOUT / "tests"

# What a test runs against tells how much it proves.
LEVELS = {
    "unit": "handler",
    "faults": "handlers with faults",
    "local": "embedded target",
    "end_to_end": "end to end",
    "integration": "any environment",
}


@dataclass(frozen=True)
class Proof:
    """A test that proves systems against cases; one mark of it, which may name fewer kinds than the test runs for."""

    test: str
    level: str
    cases: tuple[int, ...]
    systems: tuple[str, ...]


def cases(file: Path = CASES) -> Mapping[str, Any]:
    """The faults by number, and what no test here can prove."""
    return yaml.safe_load(file.read_text())


def proofs(tests: Path = TESTS) -> list[Proof]:
    """What the tests' marks say; ValueError for a test with a case and without a system."""
    return [proof for file in sorted(tests.rglob("test_*.py")) for proof in _of_file(tests, file)]


def render(known: Mapping[str, Any], proven: list[Proof], systems: tuple[str, ...]) -> str:
    """The tables as Markdown.

    KeyError where a test cites a case that is none, ValueError where it cites one for a system that it can't meet.
    """
    if unknown := {number for proof in proven for number in proof.cases} - known["cases"].keys():
        raise KeyError(f"tests cite cases that docs/faults.yaml does not have: {sorted(unknown)}")
    for proof in proven:
        _check_systems(proof, known["cases"])
    lines = [
        "# Reliability",
        "",
        "Generated from `docs/faults.yaml` and the tests' marks by `just docs`; do not edit.",
        "",
        known["preface"],
        f"| | fault | {' | '.join(systems)} |",
        f"|---|---|{'---|' * len(systems)}",
    ]
    for number, case in known["cases"].items():
        cells = [_cell(number, case, system, proven) for system in systems]
        lines.append(f"| [{number}](#case-{number}) | {case['fault']} | {' | '.join(cells)} |")
    lines += ["", "## What remains unproven", "", *(f"- {text}" for text in known["unproven"]), "", "## The tests", ""]
    for number, case in known["cases"].items():
        lines += [f"### Case {number}", "", f"{case['fault'][0].upper()}{case['fault'][1:]}.", ""]
        lines += [f"- `{p.test}` ({', '.join(p.systems)})" for p in proven if number in p.cases] or ["- none"]
        lines.append("")
    return "\n".join(lines)


def _check_systems(proof: Proof, described: Mapping[int, Any]) -> None:
    for number in proof.cases:
        if outside := set(proof.systems) - set(described[number].get("only", proof.systems)):
            raise ValueError(
                f"{proof.test} proves case {number} of {', '.join(sorted(outside))}, which can't meet it by `only` in "
                "docs/faults.yaml; take the case off the test, or the system into `only`"
            )


def _cell(number: int, case: Mapping[str, Any], system: str, proven: list[Proof]) -> str:
    if system not in case.get("only", [system]):
        return "—"
    levels = {proof.level for proof in proven if number in proof.cases and system in proof.systems}
    if not levels or system in case.get("open", []):
        return "**open**"
    return ", ".join(level for level in LEVELS.values() if level in levels)


def _of_file(tests: Path, file: Path) -> Iterator[Proof]:
    folder = file.relative_to(tests).parts[0]
    body = ast.parse(file.read_text()).body
    of_file = [name for node in body if isinstance(node, ast.Assign) for name in _systems([node.value])]
    for node in body:
        if not isinstance(node, ast.FunctionDef):
            continue
        marks = list(_calls(node.decorator_list, "mark.fault_case"))
        if not marks:
            continue
        of_test = tuple(_systems(node.decorator_list)) or tuple(_of_kinds(node.decorator_list)) or tuple(of_file)
        test = f"{file.relative_to(tests.parent)}::{node.name}"
        for mark in marks:
            systems = tuple(system for kinds in mark.keywords for system in _names(kinds.value)) or of_test
            if not systems:
                raise ValueError(f"{test} proves cases of no system; mark it with fault_system")
            yield Proof(test, LEVELS[folder], tuple(map(ast.literal_eval, mark.args)), systems)


def _systems(expressions: list[ast.expr]) -> Iterator[str]:
    for call in _calls(expressions, "mark.fault_system"):
        yield from map(ast.literal_eval, call.args)


def _of_kinds(decorators: list[ast.expr]) -> Iterator[str]:
    """Of a test that runs for scenarios, their systems; it names one of the collections of `scenarios`."""
    for call in _calls(decorators, "mark.parametrize"):
        if ast.literal_eval(call.args[0]) == "kind":
            yield from _names(call.args[1])


def _names(kinds: ast.expr) -> Iterator[str]:
    yield from (kind.system.name for kind in getattr(scenarios, ast.unparse(kinds)))


def _calls(expressions: list[ast.expr], mark: str) -> Iterator[ast.Call]:
    for expression in expressions:
        for node in ast.walk(expression):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(mark):
                yield node


if __name__ == "__main__":
    TABLE.write_text(render(cases(), proofs(), known_systems()))
    print(f"wrote {TABLE.relative_to(CHECKOUT)}")
