"""Policies name their actions, resources and principals."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.policy_language.document import MalformedDocumentError, Statement, statements
from policies.policy_language.locations import DOCUMENTS, is_key_policy
from policies.policy_language.service_authorization import takes_no_resource
from policies.policy_language.wildcards import has_wildcard, names_resource

PERMISSION = "aws:lambda/permission:Permission"
# Actions whose reach only a condition limits, since they take no resource.
NEEDS_CONDITION = {"cloudwatch:putmetricdata": "cloudwatch:namespace"}
EXACT_OPERATORS = ("stringequals", "stringequalsignorecase")

MORE_THAN_MEANT = "it allows more than what was meant, today or when AWS adds to it"
NAME_ACTIONS = "Name each action that is used."
NAME_RESOURCES = "Name the resource in full; only the part that comes to be at run time may be `*`."
NAME_PRINCIPALS = "Name the service or the role, and narrow it with aws:SourceArn where a service acts for others."


def check(resource: Resource) -> Iterator[Finding]:
    """Findings on every policy document of the resource, or on a Lambda permission, which is one in another form."""
    if resource.type == PERMISSION:
        yield from _permission(resource)
        return
    for path in DOCUMENTS[resource.type]:
        for place, document in resource.read_each(path):
            try:
                parsed = statements(document)
            except MalformedDocumentError as error:
                yield Finding(
                    name=f"malformed {place}",
                    found=f"`{place}` is malformed: {error}",
                    why="nobody can say what it allows",
                    repair="Build it with json.dumps and IAM's own element names.",
                )
                continue
            for statement in parsed:
                if statement.effect == "Allow":
                    yield from _allow(statement, f"statement {statement.label} of `{place}`", resource.type)


def _permission(resource: Resource) -> Iterator[Finding]:
    for _, action in resource.read_each("action"):
        yield from _actions(Statement("", "Allow", actions=(action,)), "`action`")
    for _, principal in resource.read_each("principal"):
        yield from _principals(Statement("", "Allow", principals=((principal, principal),)), "`principal`")
    for _, source in resource.read_each("sourceArn"):
        if not names_resource(source):
            yield _finding("sourceArn", source, "`sourceArn`", NAME_RESOURCES)


def _allow(statement: Statement, place: str, resource_type: str) -> Iterator[Finding]:
    yield from _actions(statement, place)
    yield from _principals(statement, place)
    for pattern in statement.not_resources:
        yield _finding("NotResource", pattern, place, NAME_RESOURCES)
    for arn in statement.resources:
        if arn != "*":
            if not names_resource(arn):
                yield _finding("resource", arn, place, NAME_RESOURCES)
        elif not is_key_policy(resource_type):
            yield from _any_resource(statement, place)


def _actions(statement: Statement, place: str) -> Iterator[Finding]:
    for action in statement.actions:
        if has_wildcard(action):
            yield _finding("action", action, place, NAME_ACTIONS)
    for action in statement.not_actions:
        yield _finding("NotAction", action, place, NAME_ACTIONS)


def _principals(statement: Statement, place: str) -> Iterator[Finding]:
    for _, principal in statement.principals:
        if has_wildcard(principal):
            yield _finding("principal", principal, place, NAME_PRINCIPALS)
    for _, principal in statement.not_principals:
        yield _finding("NotPrincipal", principal, place, NAME_PRINCIPALS)


def _any_resource(statement: Statement, place: str) -> Iterator[Finding]:
    """Findings on resource `*`, which is right only for actions that take no resource."""
    for action in statement.actions:
        key = NEEDS_CONDITION.get(action.lower())
        if not takes_no_resource(action):
            yield _finding(f"{action} on resource", "*", place, NAME_RESOURCES)
        elif key and not _is_limited(statement, key):
            yield _finding(f"{action} on resource", "*", place, f"Add a StringEquals condition on {key}.")


def _is_limited(statement: Statement, key: str) -> bool:
    """Whether a condition holds the key to values without a wildcard."""
    return any(
        operator.lower() in EXACT_OPERATORS and condition_key.lower() == key and values
        for operator, condition_key, values in statement.conditions
    )


def _finding(kind: str, value: str, place: str, repair: str) -> Finding:
    return Finding(f"{kind} {value}", f"{place} allows {kind} `{value}`", MORE_THAN_MEANT, repair)


RULE = ResourceRule(
    __name__,
    description="No policy allows an action, a resource or a principal by wildcard, except where AWS gives no choice.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    controls=[
        "AwsSolutions-IAM5",
        "Serverless-IAMNoWildcardPermissions",
        "IAM.1",
        "IAM.21",
        "KMS.1",
        "KMS.2",
        "Lambda.1",
        "SNS.4",
        "SQS.3",
    ],
    types=[*DOCUMENTS, PERMISSION],
    check=check,
)
