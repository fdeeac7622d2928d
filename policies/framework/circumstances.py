"""What a rule may know beside the resource: the stack, the day, the rules there are, and its own settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Circumstances:
    """`today` is in UTC; `settings` are the values of the rule's knobs, by name, as far as the project sets them."""

    stack: str
    today: date
    rules: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
