"""The source of a system's description, in which a function's uses, triggers and denials are found again."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from operations.rights.reason import Reason
from shared.checkout import SERVICES
from shared.model import Function, System
from shared.systems import folder_name


class DescriptionSource:
    """One system.py; what is built in a way that can't be followed is answered with the function's own line."""

    def __init__(self, file: Path, shown: str) -> None:
        self._shown = shown
        self._text = file.read_text()
        self._module = ast.parse(self._text)
        self._assigned = {
            target.id: node.value
            for node in self._module.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def function(self, function: Function) -> Reason:
        """Where the function is described."""
        call = self._call(function)
        if call is None:
            return Reason(self._shown, 1, f"describes {function.name}")
        return Reason(self._shown, call.lineno, f'{ast.unparse(call.func)}("{function.name}", ...)')

    def argument(self, function: Function, name: str) -> Reason:
        """Where an argument of the function's description stands."""
        found = self._keyword(function, name)
        return self._at(found) if found else self.function(function)

    def element(self, function: Function, name: str, place: int, count: int) -> Reason:
        """The element at a place of an argument that the description gave `count` of."""
        found = self._keyword(function, name)
        elements = self._elements(found.value) if found else None
        if elements is None or len(elements) != count:
            return self.argument(function, name)
        return self._at(elements[place])

    def _at(self, node: ast.expr | ast.keyword) -> Reason:
        return Reason(self._shown, node.lineno, _in_one_line(ast.get_source_segment(self._text, node) or ""))

    def _call(self, function: Function) -> ast.Call | None:
        """The call that makes the function; that of a helper, where none of `Function` itself names it."""
        calls = [node for node in ast.walk(self._module) if isinstance(node, ast.Call) and _names(node, function.name)]
        return min(calls, key=lambda call: ast.unparse(call.func) != Function.__name__, default=None)

    def _keyword(self, function: Function, name: str) -> ast.keyword | None:
        call = self._call(function)
        return next((keyword for keyword in call.keywords if keyword.arg == name), None) if call else None

    def _elements(self, node: ast.expr) -> list[ast.expr] | None:
        """The elements of a tuple that is written out, given a name, or put together of such; None of any other."""
        match node:
            case ast.Tuple(elts=parts):
                return self._flat(parts)
            case ast.Name(id=name) if name in self._assigned:
                return self._elements(self._assigned[name])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._flat([ast.Starred(left), ast.Starred(right)])
            case _:
                return None

    def _flat(self, parts: Sequence[ast.expr]) -> list[ast.expr] | None:
        found: list[ast.expr] = []
        for part in parts:
            inner = self._elements(part.value) if isinstance(part, ast.Starred) else [part]
            if inner is None:
                return None
            found += inner
        return found


def description_source(system: System) -> DescriptionSource:
    """The source of the system's description in this checkout."""
    file = Path(folder_name(system.name)) / "system.py"
    return DescriptionSource(SERVICES / file, f"{SERVICES.name}/{file.as_posix()}")


def _in_one_line(code: str) -> str:
    return re.sub(r"\s+", " ", code).replace("( ", "(").replace(", )", ")")


def _names(call: ast.Call, name: str) -> bool:
    """Whether the call's first argument, or the one called `name`, is this text."""
    return any(isinstance(value, ast.Constant) and value.value == name for value in _named(call))


def _named(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args[:1]
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "name")
