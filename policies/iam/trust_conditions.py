"""Who is not a service assumes a role under a condition."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.policy_language.conditions import required
from policies.policy_language.document import Statement
from policies.policy_language.principals import WHOLE_ACCOUNT
from policies.relations.documents import allowed

CALLERS = ("sts:externalid", "aws:principalarn", "aws:principalorgid")
# Behind the provider's name.
TOKENS = (":sub", ":aud")


def check(role: Resource) -> Iterator[Finding]:
    """A finding for each whole account, and each identity provider, of which a condition names nobody."""
    for place, statement in allowed(role):
        if "assumeRolePolicy" not in place:
            continue
        for kind, name in statement.principals:
            is_crowd = kind == "Federated" or (kind == "AWS" and WHOLE_ACCOUNT.fullmatch(name))
            if is_crowd and not _says_who(statement, TOKENS if kind == "Federated" else CALLERS):
                yield Finding(
                    name=f"unconditional {name}",
                    found=f"{place} lets all of `{name}` assume the role",
                    why="whoever that account or provider knows is trusted, and nobody here knows them",
                    repair="Name the role in that account, or add a condition: sts:ExternalId, or the token's subject.",
                )


def _says_who(statement: Statement, keys: tuple[str, ...]) -> bool:
    return any(key.endswith(keys) and not {"*", ""} & set(values) for key, values in required(statement))


RULE = ResourceRule(
    __name__,
    description="A whole account or an identity provider assumes a role under a condition that says who of it.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html",
    types=["aws:iam/role:Role"],
    check=check,
)
