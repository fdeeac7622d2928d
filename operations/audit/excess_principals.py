"""No resource's own policy lets in anyone whom its description does not."""

from collections.abc import Iterator, Mapping
from typing import Any

from operations.audit.finding import Finding, program
from operations.audit.permission import each_of
from operations.audit.roles import functions
from operations.audit.state import Deployed, Resource
from operations.validation.documents import statements
from shared.key_use import key_uses

CHECK = "excess-principal"
DESCRIPTION = "No resource's own policy lets in a role that its description does not."

# Where a policy of a resource stands. A role that such a policy names needs no grant of its own, so `excess-grant`
# can't see it.
HOLDERS = (
    "cloudwatch/eventBusPolicy:EventBusPolicy",
    "dynamodb/resourcePolicy:ResourcePolicy",
    "kms/key:Key",
    "s3/bucket:Bucket",
    "s3/bucketPolicy:BucketPolicy",
    "sns/topic:Topic",
    "sns/topicPolicy:TopicPolicy",
    "sqs/queue:Queue",
    "sqs/queuePolicy:QueuePolicy",
)


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on principals, but for services and the account itself, and on roles that the account is narrowed to."""
    for kind in HOLDERS:
        for resource in deployed.state.of(kind):
            uses = _described_uses(deployed, resource)
            for statement in statements(resource.inputs.get("policy") or {}):
                if statement["Effect"] == "Allow":
                    yield from (_finding(deployed, resource, said) for said in _beyond(deployed, statement, uses))


def _described_uses(deployed: Deployed, resource: Resource) -> Mapping[str, frozenset[str]]:
    """What roles, by ARN, do with the resource if it is a key; nothing else is described to be used past the grants."""
    found: dict[str, frozenset[str]] = {}
    for system, function in functions(deployed):
        role = deployed.naming.arn(function.role)
        for use in key_uses(deployed.naming, deployed.environment, system, function):
            if deployed.state.output(use.key, "arn") == resource.arn:
                found[role] = found.get(role, frozenset()) | set(use.actions)
    return found


def _beyond(deployed: Deployed, statement: Mapping[str, Any], uses: Mapping[str, frozenset[str]]) -> Iterator[str]:
    actions = each_of(statement, "Action")
    account = deployed.naming.account_id
    delegated = {account, f"arn:{deployed.naming.partition}:iam::{account}:root"}
    for principal in _principals(statement):
        if principal not in delegated:
            yield f"lets {principal} do what nothing describes: {', '.join(actions)}"
    roles = _roles_of_conditions(statement)
    for role in roles:
        if role not in uses:
            yield f"lets {role} do what nothing describes: {', '.join(actions)}"
    described = frozenset[str]().union(*uses.values())
    if roles and (more := [action for action in actions if action not in described]):
        yield f"lets {', '.join(roles)} do what nothing describes: {', '.join(more)}"


def _principals(statement: Mapping[str, Any]) -> list[str]:
    """All but services; whoever is not named among them is let in by a list of exceptions."""
    said = statement.get("Principal")
    if said is None:
        return ["all but a list"]
    if isinstance(said, str):
        return [said]
    return [one for kind, named in said.items() if kind != "Service" for one in named]


def _roles_of_conditions(statement: Mapping[str, Any]) -> list[str]:
    conditions = statement.get("Condition", {}).values()
    return [
        role
        for keys in conditions
        for key, roles in keys.items()
        if key.lower() == "aws:principalarn"
        for role in roles
    ]


def _finding(deployed: Deployed, resource: Resource, message: str) -> Finding:
    advice = f"describe it, or deploy what is described: just deploy {resource.layer} {deployed.environment}"
    return Finding(CHECK, resource.name, f"the policy of {resource.name} {message}", advice, program(resource.layer))
