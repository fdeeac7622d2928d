"""Asks a rule as the SDK does, and takes its answer apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_policy import PolicyCustomTimeouts, PolicyResourceOptions, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from policies.framework.enforcement import policy_for
from policies.framework.rule import Rule
from policies.framework.update_mode import UpdateMode

URN = "urn:pulumi:dev::orders::some:type::it"


@dataclass
class Answer:
    """The violations that were reported, and the message that the SDK would pass on without stopping anything."""

    violations: list[str] = field(default_factory=list)
    deferred: str = ""


def ask(rule: Rule, resource_type: str, properties: Mapping[str, Any], *, preview: bool) -> Answer:
    mode = UpdateMode()
    mode.is_preview = preview
    answer = Answer()

    def report(message: str, urn: str | None = None) -> None:
        assert urn == URN
        answer.violations.append(message)

    options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
    args = ResourceValidationArgs(resource_type, properties, URN, "it", options, provider=None)
    try:
        policy_for(rule, mode).validate(args, report)
    except UnknownValueError as deferred:
        answer.deferred = deferred.message
    return answer
