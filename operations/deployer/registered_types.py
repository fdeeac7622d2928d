"""Which resource types a layer's program can register, by what it and the components that it imports call."""

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from shared.checkout import PROJECTS

COMPONENTS = "shared.components"
# What the provider's package calls its modules so that they are no words of Python's.
ESCAPE = "_"


def registered_types(layer: str) -> frozenset[str]:
    """Types such as `aws:sqs/queue:Queue`."""
    found: set[str] = set()
    seen: set[Path] = set()
    todo = [PROJECTS / layer / "__main__.py"]
    while todo:
        file = todo.pop()
        if file not in seen:
            seen.add(file)
            tree = ast.parse(file.read_text())
            found |= set(_made(tree))
            todo += _imported(tree)
    return frozenset(found)


def _made(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id="aws"), attr=module), attr=name)):
                if not name.endswith("Args"):
                    yield f"aws:{module.rstrip(ESCAPE)}/{name[0].lower()}{name[1:]}:{name}"
            case _:
                pass


def _imported(tree: ast.Module) -> Iterator[Path]:
    """The files of the components that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(f"{COMPONENTS}."):
            spec = importlib.util.find_spec(str(node.module))
            if spec and spec.origin:
                yield Path(spec.origin)
