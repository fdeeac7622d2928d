"""Exemptions: which finding of which resource is tolerated, why, and until when.

A program registers one as a component, before the resource that it is about: nothing else that a program can say
reaches a policy pack from every language, for every type of resource, in a preview and in the state.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

TYPE: Final = "policies:exemption:Exemption"
FIELDS: Final = ("rule", "resource", "finding", "reason", "until")
LONGEST_DAYS: Final = 366


@dataclass(frozen=True)
class Exemption:
    """`resource` is a type and a logical name, `aws:sqs/queue:Queue::orders`; `until` is the last day in force."""

    rule: str
    resource: str
    finding: str
    reason: str
    until: date


class ExemptionError(ValueError):
    """What is wrong with an exemption as it was written."""


def exemption(properties: Mapping[str, Any]) -> Exemption:
    """The exemption that a program wrote. Raises ExemptionError naming field, value, and what is allowed."""
    if strange := sorted(set(properties) ^ set(FIELDS)):
        raise ExemptionError(f"it must say {', '.join(FIELDS)}, and nothing else: look at {', '.join(strange)}")
    for field, value in properties.items():
        if not isinstance(value, str) or not value.strip():
            raise ExemptionError(f"`{field}` is {value!r}: give it text")
    if not re.fullmatch(r"[^:]+:[^:]+:[^:]+::.+", properties["resource"]):
        raise ExemptionError(f"`resource` is {properties['resource']!r}: say TYPE::NAME, aws:sqs/queue:Queue::orders")
    try:
        until = date.fromisoformat(properties["until"])
    except ValueError:
        raise ExemptionError(f"`until` is {properties['until']!r}: say a day as YYYY-MM-DD") from None
    return Exemption(until=until, **{field: properties[field] for field in FIELDS[:-1]})


class Exemptions:
    """Those of one operation, by the URN of the component, and which of them were needed."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._known: dict[str, Exemption] = {}
        self._needed: set[str] = set()
        self._undecided: set[tuple[str, str]] = set()

    def add(self, urn: str, properties: Mapping[str, Any]) -> None:
        """Remember one that is well formed and in force; no other covers anything."""
        try:
            written = exemption(properties)
        except ExemptionError:
            return
        if self._today <= written.until:
            self._known[urn] = written

    def cover(self, rule: str, resource: str, finding: str) -> bool:
        """Whether one covers the finding; it is then needed."""
        covering = [
            urn
            for urn, one in self._known.items()
            if (one.rule, one.resource, one.finding) == (rule, resource, finding)
        ]
        self._needed.update(covering)
        return bool(covering)

    def leave_open(self, rule: str, resource: str) -> None:
        """Remember that a rule could not judge a resource yet, so that its exemptions may still be needed."""
        self._undecided.add((rule, resource))

    def is_unused(self, urn: str) -> bool:
        """Whether one in force covers nothing, as far as everything was judged."""
        one = self._known.get(urn)
        return one is not None and urn not in self._needed and (one.rule, one.resource) not in self._undecided
