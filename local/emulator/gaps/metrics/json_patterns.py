"""Filter patterns for JSON log events: comparisons of selected values, joined by && and ||."""

import json
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from local.emulator.gaps.metrics.pattern_error import PatternError

TOKEN = re.compile(r'\s*(&&|\|\||!=|>=|<=|[=<>(){}]|"(?:[^"\\]|\\.)*"|[^\s"=<>!(){}&|]+)')
STEP = re.compile(r'\.([\w-]+)|\["([^"]+)"\]|\[(\d+)\]')
MISSING: Any = object()
Test = Callable[[Any], bool]
ORDERED: dict[str, Callable[[float, float], bool]] = {
    ">": lambda found, wanted: found > wanted,
    ">=": lambda found, wanted: found >= wanted,
    "<": lambda found, wanted: found < wanted,
    "<=": lambda found, wanted: found <= wanted,
}


def json_pattern(text: str) -> Callable[[str], bool]:
    """What says whether a message is JSON that fits `text`. Raises PatternError."""
    parser = _Parser(text)
    parser.take("{")
    test = parser.alternatives()
    parser.take("}")
    if parser.tokens:
        raise PatternError(f"{text}: nothing may follow the closing brace")

    def matches(message: str) -> bool:
        try:
            document = json.loads(message)
        except ValueError:
            return False
        return test(document)

    return matches


def selector(text: str) -> Callable[[Any], Any]:
    """What finds the value at `$.a.b[0]` in a document; it answers MISSING where there is none. Raises PatternError."""
    steps = [found.groups() for found in STEP.finditer(text)]
    if not text.startswith("$") or "".join(found.group() for found in STEP.finditer(text)) != text[1:]:
        raise PatternError(f"{text}: a selector is written like $.name or $.list[0]")

    def select(document: Any) -> Any:
        for name, quoted, place in steps:
            key = int(place) if place else name or quoted
            try:
                document = document[key]
            except (KeyError, IndexError, TypeError):
                return MISSING
        return document

    return select


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self.tokens = TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", "", text):
            raise PatternError(f"{text}: this can't be read as a pattern for JSON")

    def take(self, wanted: str = "") -> str:
        token = self.tokens.pop(0) if self.tokens else ""
        if not token or (wanted and token != wanted):
            raise PatternError(f"{self._text}: expected {wanted or 'more'}, found {token or 'the end'}")
        return token

    def alternatives(self) -> Test:
        tests = [self._conjunction()]
        while self.tokens[:1] == ["||"]:
            self.take()
            tests.append(self._conjunction())
        return lambda document: any(test(document) for test in tests)

    def _conjunction(self) -> Test:
        tests = [self._comparison()]
        while self.tokens[:1] == ["&&"]:
            self.take()
            tests.append(self._comparison())
        return lambda document: all(test(document) for test in tests)

    def _comparison(self) -> Test:
        if self.tokens[:1] == ["("]:
            self.take()
            test = self.alternatives()
            self.take(")")
            return test
        select, operator = selector(self.take()), self.take()
        if operator in {"IS", "NOT"}:
            return _state(select, operator, self.take(), self._text)
        return _comparison(select, operator, self.take(), self._text)


def _state(select: Callable[[Any], Any], operator: str, word: str, text: str) -> Test:
    states: dict[tuple[str, str], Test] = {
        ("IS", "TRUE"): lambda document: select(document) is True,
        ("IS", "FALSE"): lambda document: select(document) is False,
        ("IS", "NULL"): lambda document: select(document) is None,
        ("NOT", "EXISTS"): lambda document: select(document) is MISSING,
    }
    if (operator, word) not in states:
        raise PatternError(f"{text}: {operator} {word} is not one of IS TRUE, IS FALSE, IS NULL, NOT EXISTS")
    return states[operator, word]


def _comparison(select: Callable[[Any], Any], operator: str, wanted: str, text: str) -> Test:
    if operator in ORDERED:
        compare, limit = ORDERED[operator], _number(wanted)
        if limit is None:
            raise PatternError(f"{text}: {operator} compares numbers, {wanted} is none")
        return lambda document: isinstance(value := select(document), int | float) and compare(value, limit)
    if operator not in {"=", "!="}:
        raise PatternError(f"{text}: {operator} is not a comparison")
    return lambda document: (value := select(document)) is not MISSING and _equal(value, wanted) == (operator == "=")


def _equal(value: Any, wanted: str) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value == _number(wanted)
    return isinstance(value, str) and fnmatchcase(value, wanted.strip('"').replace("[", "[[]"))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
