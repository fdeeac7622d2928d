"""Why a role has a statement: a line of a description, or of the library."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from shared.checkout import CHECKOUT


@dataclass(frozen=True, slots=True)
class Reason:
    """A line of a file of the checkout, and what stands there or what it means."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.text}"


def rule_of_library(module: ModuleType, name: str, meaning: str) -> Reason:
    """Where a module of the library defines a name; KeyError where it does not."""
    file = Path(inspect.getfile(module))
    for node in ast.walk(ast.parse(file.read_text())):
        if name in _defined(node):
            return Reason(file.relative_to(CHECKOUT).as_posix(), getattr(node, "lineno", 0), meaning)
    raise KeyError(f"{module.__name__} defines no {name}")


def _defined(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield name
        case _:
            pass
