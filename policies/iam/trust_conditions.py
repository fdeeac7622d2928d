"""Who is not a service assumes a role under a condition."""

import re
from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.documents import allowed

WHOLE_ACCOUNT = re.compile(r"\d{12}|arn:[^:]+:iam::\d{12}:root")


def check(role: Resource) -> Iterator[Finding]:
    """A finding for each whole account, and each identity provider, that may assume the role without a condition."""
    for place, statement in allowed(role):
        if "assumeRolePolicy" not in place or statement.conditions:
            continue
        for kind, name in statement.principals:
            if kind == "Federated" or (kind == "AWS" and WHOLE_ACCOUNT.fullmatch(name)):
                yield Finding(
                    name=f"unconditional {name}",
                    found=f"{place} lets all of `{name}` assume the role",
                    why="whoever that account or provider knows is trusted, and nobody here knows them",
                    repair="Name the role in that account, or add a condition: sts:ExternalId, or the token's subject.",
                )


RULE = ResourceRule(
    __name__,
    description="A whole account or an identity provider assumes a role under a condition.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html",
    types=["aws:iam/role:Role"],
    check=check,
)
