"""A role is for one service."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.documents import allowed


def check(role: Resource) -> Iterator[Finding]:
    """A finding where the trust policy lets more than one service, or a service and others, assume the role."""
    trusted = {
        principal
        for place, statement in allowed(role)
        if "assumeRolePolicy" in place
        for principal in statement.principals
    }
    services = sorted(name for kind, name in trusted if kind == "Service")
    others = sorted(name for kind, name in trusted if kind != "Service")
    if len(services) > 1 or (services and others):
        who = ", ".join([*services, *others])
        yield Finding(
            name=f"trusts {who}",
            found=f"`assumeRolePolicy` lets {who} assume the role",
            why="each of them gets what only one of them needs",
            repair="Make a role for each.",
        )


RULE = ResourceRule(
    __name__,
    description="A role that a service may assume may be assumed by that service alone.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    types=["aws:iam/role:Role"],
    check=check,
)
