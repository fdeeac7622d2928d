"""An expression is parsed once, however many items it is held against.

AWS documentation, DynamoDB developer guide: "Query" and "Using expressions in DynamoDB" (an expression belongs to the
request; nothing in an item changes what it says).

MiniStack parses key conditions and filters anew for each item that it looks at. A release that keeps them makes this
unnecessary.
"""

from functools import lru_cache
from typing import Any

from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.dynamodb", "_tokenize", "6abb13395c3ee7b6"),
    Wrapped("services.dynamodb", "_condition_syntax_error", "5213f1ffac34e6cb"),
)
KEPT = 1_000


def close(_: GapSettings) -> None:
    """Remember what the texts of expressions come to."""
    service = load("services.dynamodb")
    tokens = lru_cache(KEPT)(service._tokenize)

    def tokenize(expression: str) -> list[Any]:
        # A list of the caller's own, who may change it.
        return list(tokens(expression))

    service._tokenize = tokenize
    service._condition_syntax_error = lru_cache(KEPT)(service._condition_syntax_error)
