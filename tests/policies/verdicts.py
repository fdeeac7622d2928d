"""Asks rules as the SDK does, and takes their answers apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.policy import _NotApplicableError as NotApplicableError
from pulumi_policy.proxy import UnknownValueError, unknown_checking_proxy

from policies.framework.circumstances import Circumstances
from policies.framework.enforcement import Enforcement
from policies.framework.operation import Operation
from policies.framework.resource import Resource
from policies.framework.rule import Rule, Stack, Verdict
from tests.policies.case import Good, Peer

STACK = "dev"
TODAY = date(2026, 11, 21)
# Names that exemptions in the tests may name.
RULES = frozenset({"sqs-encrypted", "exemptions-used"})


@dataclass
class Answer:
    """The violations that were reported, and the message that the SDK would pass on without stopping anything."""

    violations: list[str] = field(default_factory=list)
    deferred: str = ""
    not_applicable: str = ""


def urn_of(name: str) -> str:
    return f"urn:pulumi:dev::orders::some:type::{name}"


def verdict_of(rule: Rule, case: Good) -> Verdict:
    """The rule's verdict on the case's subject among its peers."""
    stack = Stack([as_resource(each, case.settings) for each in case.resources])
    return rule.evaluate(stack.resources[0], stack)


def as_resource(peer: Peer, settings: Mapping[str, Any]) -> Resource:
    place = peer.place
    return Resource(
        peer.type,
        place.name,
        peer.properties,
        urn=urn_of(place.name),
        links={path: [urn_of(name)] for path, name in place.links.items()},
        depends_on=[urn_of(name) for name in place.depends_on],
        provider=place.provider,
        is_protected=place.protected,
        circumstances=Circumstances(STACK, TODAY, RULES, settings),
    )


def operation(*, preview: bool) -> Operation:
    begun = Operation(lambda: TODAY)
    begun.begin(stack=STACK, is_preview=preview)
    return begun


def ask(rule: Rule, case: Good, *, preview: bool) -> Answer:
    """What the rule's policy answers the engine in a preview or an update of the case."""
    return ask_in(operation(preview=preview), rule, case.resources, case.settings)


def ask_in(
    during: Operation, rule: Rule, resources: Sequence[Peer], settings: Mapping[str, Any] | None = None
) -> Answer:
    """What it answers during an operation, on the first resource alone or, for a rule on stacks, on all."""
    (policy,) = Enforcement([rule], during).policies()
    answer = Answer()

    def report(message: str, urn: str | None = None) -> None:
        assert urn in {urn_of(each.place.name) for each in resources}
        answer.violations.append(message)

    try:
        if isinstance(policy, StackValidationPolicy):
            policy.validate(StackValidationArgs(_linked(resources), settings), report)
        else:
            policy.validate(arguments(resources[0], settings), report)
    except UnknownValueError as deferred:
        answer.deferred = deferred.message
    except NotApplicableError as told:
        answer.not_applicable = told.reason or ""
    return answer


def arguments(peer: Peer, settings: Mapping[str, Any] | None = None) -> ResourceValidationArgs:
    """The arguments of a policy on the resource alone."""
    name = peer.place.name
    return ResourceValidationArgs(
        peer.type, _proxied(peer.properties), urn_of(name), name, _options(peer), _provider(peer), settings
    )


def _linked(resources: Sequence[Peer]) -> list[PolicyResource]:
    made = {
        each.place.name: PolicyResource(
            each.type,
            _proxied(each.properties),
            urn_of(each.place.name),
            each.place.name,
            _options(each),
            _provider(each),
            None,
            [],
            {},
        )
        for each in resources
    }
    for each in resources:
        one = made[each.place.name]
        one.dependencies = [made[name] for name in each.place.depends_on]
        one.property_dependencies = {path: [made[name]] for path, name in each.place.links.items() if name in made}
    return list(made.values())


def _options(peer: Peer) -> PolicyResourceOptions:
    return PolicyResourceOptions(peer.place.protected, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])


def _provider(peer: Peer) -> PolicyProviderResource | None:
    if not peer.place.provider:
        return None
    return PolicyProviderResource("pulumi:providers:aws", _proxied(peer.place.provider), "", "aws")


def _proxied(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return unknown_checking_proxy(dict(properties))
