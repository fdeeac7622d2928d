"""Filter patterns of CloudWatch Logs: terms, phrases, optional and excluded terms, regular expressions, JSON."""

import re
from collections.abc import Callable
from functools import lru_cache

from local.emulator.gaps.metrics.json_patterns import json_pattern
from local.emulator.gaps.metrics.pattern_error import PatternError

TERM = re.compile(r'\s*([?-]?)("(?:[^"\\]|\\.)*"|[^\s"]+)')
Matcher = Callable[[str], bool]


@lru_cache(maxsize=512)
def matcher(pattern: str) -> Matcher:
    """What says whether a log event's message matches. Raises PatternError for what is malformed or not supported."""
    text = pattern.strip()
    if text.startswith("["):
        raise PatternError(f"{text}: patterns for space-delimited events are not supported by the emulator")
    if text.startswith("{"):
        return json_pattern(text)
    if text.startswith("%"):
        return _expression(text)
    return _terms(text)


def _expression(text: str) -> Matcher:
    if len(text) < 3 or not text.endswith("%"):  # noqa: PLR2004 - two signs and something between them
        raise PatternError(f"{text}: a regular expression ends with %")
    try:
        expression = re.compile(text[1:-1])
    except re.error as problem:
        raise PatternError(f"{text}: {problem}") from problem
    return lambda message: expression.search(message) is not None


def _terms(text: str) -> Matcher:
    """A term is found anywhere in the message, case counts; optional terms count only among themselves."""
    wanted: dict[str, list[str]] = {"": [], "?": [], "-": []}
    place = 0
    while place < len(text):
        found = TERM.match(text, place)
        if found is None:
            raise PatternError(f"{text}: a quotation mark is missing")
        sign, term = found.groups()
        wanted[sign].append(re.sub(r"\\(.)", r"\1", term[1:-1]) if term.startswith('"') else term)
        place = found.end()
    every, some, none = wanted[""], wanted["?"], wanted["-"]

    def matches(message: str) -> bool:
        if any(term in message for term in none) or not all(term in message for term in every):
            return False
        return bool(every or none) or not some or any(term in message for term in some)

    return matches
