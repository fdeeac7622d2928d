"""A role is passed to the service that it is for."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.policy_language.document import Statement
from policies.policy_language.locations import DOCUMENTS
from policies.policy_language.wildcards import has_wildcard
from policies.relations.documents import allowed

OPERATORS = ("stringequals", "stringequalsignorecase")


def check(resource: Resource) -> Iterator[Finding]:
    """A finding for each statement that lets roles be passed to any service."""
    for place, statement in allowed(resource):
        if "iam:passrole" in map(str.lower, statement.actions) and not _names_service(statement):
            yield Finding(
                name=f"passes {', '.join(statement.resources)}",
                found=f"{place} lets roles be passed to any service",
                why="whoever may pass a role to a service of their choice has the role's rights",
                repair="Add a StringEquals condition on iam:PassedToService.",
            )


def _names_service(statement: Statement) -> bool:
    return any(
        operator.lower() in OPERATORS and key.lower() == "iam:passedtoservice" and not any(map(has_wildcard, values))
        for operator, key, values in statement.conditions
    )


RULE = ResourceRule(
    __name__,
    description="iam:PassRole is allowed for named services alone.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    types=DOCUMENTS,
    check=check,
)
