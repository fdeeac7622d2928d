"""What a statement's conditions require of a request."""

from collections.abc import Iterator
from typing import Final

from policies.policy_language.document import Statement

# Not those that hold where the key is absent, as the negated ones and ...IfExists do.
REQUIRING: Final = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")


def required(statement: Statement) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Key, in lower case, and values of each condition that holds for these values alone, patterns or not."""
    for operator, key, values in statement.conditions:
        if operator.lower() in REQUIRING and values:
            yield key.lower(), values
