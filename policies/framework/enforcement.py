"""Rules as policies of the SDK: findings are violations, and nothing that can't be judged passes in silence."""

import traceback
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from policies.framework import exemptions
from policies.framework.circumstances import Circumstances
from policies.framework.operation import Operation
from policies.framework.resource import Resource, UnknownPropertyError
from policies.framework.rule import ResourceRule, Rule, StackRule, State
from policies.framework.stack import Stack


class DeferredError(UnknownValueError):
    """Tells the SDK, and through it the engine, that a rule will be enforced in the update.

    The SDK turns this exception, and no return value, into a message that does not stop a preview.
    """

    def __init__(self, message: str) -> None:
        Exception.__init__(self, message)
        self.message = message


class Enforcement:
    """Asks the rules of a pack within one operation of the engine after another."""

    def __init__(self, rules: Iterable[Rule], operation: Operation) -> None:
        self._rules = tuple(rules)
        self._names = frozenset(rule.name for rule in self._rules)
        self._operation = operation

    def policies(self) -> list[ResourceValidationPolicy | StackValidationPolicy]:
        """Each rule as a mandatory policy of the same name, in the order of the rules."""
        return [self._policy(rule) for rule in self._rules]

    def _policy(self, rule: Rule) -> ResourceValidationPolicy | StackValidationPolicy:
        described: dict[str, Any] = {
            "name": rule.name,
            "description": rule.description,
            "enforcement_level": EnforcementLevel.MANDATORY,
            "severity": rule.severity,
            "url": rule.documentation,
        }
        if rule.knobs:
            described["config_schema"] = PolicyConfigSchema({knob.name: knob.described() for knob in rule.knobs})
        if isinstance(rule, StackRule):
            return StackValidationPolicy(validate=partial(self._in_stack, rule), **described)
        if isinstance(rule, ResourceRule) and rule.remediation:
            described["remediate"] = partial(self._remedy, rule)
        return ResourceValidationPolicy(validate=partial(self._alone, rule), **described)

    def _alone(self, rule: Rule, args: ResourceValidationArgs, report: ReportViolation) -> None:
        self._operation.asked[args.urn] = args.props
        if not rule.looks_at(args.resource_type):
            args.not_applicable(f"it does not look at {args.resource_type}")
        resource = self._resource(args, args.get_config())
        if resource.type == exemptions.TYPE:
            self._operation.exemptions.add(resource.urn, {key: resource.peek(key) for key in resource.given})
        if deferred := self._judge(rule, resource, Stack([resource]), report):
            raise DeferredError(f"[{rule.name}] {_deferred(deferred)}")

    def _in_stack(self, rule: Rule, args: StackValidationArgs, report: ReportViolation) -> None:
        subjects = {each.urn for each in args.resources if rule.looks_at(each.resource_type)}
        if not subjects:
            args.not_applicable("the stack has no resource that it looks at")
        stack = Stack(
            (self._resource(each, args.get_config()) for each in args.resources), self._operation.exemptions.is_unused
        )
        deferred = [self._judge(rule, each, stack, report) for each in stack.resources if each.urn in subjects]
        if any(deferred):
            raise DeferredError(f"[{rule.name}] {_deferred('; '.join(filter(None, deferred)))}")

    def _judge(self, rule: Rule, resource: Resource, stack: Stack, report: ReportViolation) -> str:
        """Reports what is wrong with a resource; what only the update can tell is returned, by its name."""
        where = f"[{rule.name}] {resource.name}"
        try:
            verdict = rule.evaluate(resource, stack)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in a rule, the resource has not been found compliant
            report(f"{where}: {_failure(error)}", resource.urn)
            return ""
        for finding in verdict.findings:
            if not self._operation.exemptions.cover(rule.name, resource.label, finding.name):
                message = f"{finding.found}; {finding.why}. {finding.repair} (finding `{finding.name}`)"
                report(f"{where}: {message}", resource.urn)
        if not verdict.unknown:
            return ""
        self._operation.exemptions.leave_open(rule.name, resource.label)
        if self._operation.is_preview:
            return f"{resource.name}: " + ", ".join(f"`{path}`" for path in verdict.unknown)
        for path in verdict.unknown:
            report(
                f"{where}: `{path}` is unknown in an update; the rule can't hold for a value that nobody has seen. "
                f"Give it a value that is known before the resource is made (finding `unknown {path}`)",
                resource.urn,
            )
        return ""

    def _remedy(self, rule: ResourceRule, args: ResourceValidationArgs) -> Mapping[str, Any] | None:
        resource = self._resource(args, args.get_config())
        if rule.remediation is None or rule.evaluate(resource, Stack([resource])).state is not State.NON_COMPLIANT:
            return None
        # The SDK's own mapping is changed and given back: a copy would lose what is secret and what is not known yet.
        repaired: Any = args.props
        try:
            for path, value in rule.remediation(resource).items():
                repaired[path] = value
        except UnknownPropertyError as unknown:
            raise DeferredError(f"[{rule.name}] {_deferred(f'{args.name}: `{unknown.path}`')}") from None
        return repaired

    def _resource(self, args: ResourceValidationArgs | PolicyResource, settings: Mapping[str, Any]) -> Resource:
        in_stack = isinstance(args, PolicyResource)
        return Resource(
            args.resource_type,
            args.name,
            self._operation.asked.get(args.urn, args.props) if in_stack else args.props,
            made=args.props if in_stack else None,
            urn=args.urn,
            links=_links(args) if in_stack else {},
            depends_on=[each.urn for each in args.dependencies] if in_stack else (),
            provider=args.provider.props if args.provider else {},
            is_protected=args.opts.protect,
            circumstances=Circumstances(self._operation.stack, self._operation.today, self._names, settings),
        )


def _links(resource: PolicyResource) -> dict[str, list[str]]:
    return {path: [each.urn for each in found] for path, found in resource.property_dependencies.items()}


def _deferred(what: str) -> str:
    return f"{what}: deferred, can't be known in this preview; the update enforces the rule"


def _failure(error: Exception) -> str:
    """Type and place only: the message of an exception may hold a property's value, and that may be a secret."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"the rule failed with {type(error).__name__} at {Path(place.filename).name}:{place.lineno}; "
        "a resource that was not judged does not pass. Report this with the resource's type and properties, "
        "or correct the rule (finding `rule failure`)"
    )
