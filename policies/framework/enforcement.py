"""A rule as a policy of the SDK: findings are violations, and nothing that can't be judged passes in silence."""

import traceback
from pathlib import Path

from pulumi_policy import EnforcementLevel, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy
from pulumi_policy.proxy import UnknownValueError

from policies.framework.resource import Resource
from policies.framework.rule import Rule, State
from policies.framework.update_mode import UpdateMode


class DeferredError(UnknownValueError):
    """Tells the SDK, and through it the engine, that a rule will be enforced in the update.

    The SDK turns this exception, and no return value, into a message that does not stop a preview.
    """

    def __init__(self, message: str) -> None:
        Exception.__init__(self, message)
        self.message = message


def policy_for(rule: Rule, mode: UpdateMode) -> ResourceValidationPolicy:
    """The rule as a mandatory policy of the same name."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        _enforce(rule, mode, args, report)

    return ResourceValidationPolicy(
        name=rule.name,
        description=rule.description,
        validate=validate,
        enforcement_level=EnforcementLevel.MANDATORY,
        severity=rule.severity,
        url=rule.documentation,
    )


def _enforce(rule: Rule, mode: UpdateMode, args: ResourceValidationArgs, report: ReportViolation) -> None:
    where = f"[{rule.name}] {args.name}"
    try:
        verdict = rule.evaluate(Resource(args.resource_type, args.name, args.props))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a rule, the resource has not been found compliant
        report(f"{where}: {_failure(error)}", args.urn)
        return
    if verdict.state is State.NOT_APPLICABLE:
        args.not_applicable(f"it does not look at {args.resource_type}")
    for finding in verdict.findings:
        report(f"{where}: {finding.found}; {finding.why}. {finding.repair} (finding `{finding.name}`)", args.urn)
    if verdict.unknown and mode.is_preview:
        paths = ", ".join(f"`{path}`" for path in verdict.unknown)
        raise DeferredError(f"{where}: deferred, {paths} can't be known in this preview; the update enforces the rule")
    for path in verdict.unknown:
        report(
            f"{where}: `{path}` is unknown in an update; the rule can't hold for a value that nobody has seen. "
            f"Give it a value that is known before the resource is made (finding `unknown {path}`)",
            args.urn,
        )


def _failure(error: Exception) -> str:
    """Type and place only: the message of an exception may hold a property's value, and that may be a secret."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"the rule failed with {type(error).__name__} at {Path(place.filename).name}:{place.lineno}; "
        "a resource that was not judged does not pass. Report this with the resource's type and properties, "
        "or correct the rule (finding `rule failure`)"
    )
