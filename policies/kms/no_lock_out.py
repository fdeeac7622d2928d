"""The account can always repair a key's policy."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.policy_language.document import Statement
from policies.policy_language.locations import DOCUMENTS, is_key_policy
from policies.policy_language.principals import WHOLE_ACCOUNT
from policies.relations.documents import parsed_documents

REPAIRS = (
    "kms:describekey",
    "kms:getkeypolicy",
    "kms:putkeypolicy",
    "kms:schedulekeydeletion",
    "kms:cancelkeydeletion",
)
# Who is of these is of the account or its organization; a denial to all others spares the root.
OF_ACCOUNT = ("aws:principalaccount", "aws:principalorgid", "kms:calleraccount")
WHY = "when the roles that may are gone, nobody can repair the key, and what it encrypts is lost"
BYPASS = "bypassPolicyLockoutSafetyCheck"


def check(key: Resource) -> Iterator[Finding]:
    """A finding where the account lacks or is denied an action that repairs the key, or AWS's own check is off.

    A key without a policy gets AWS's default one, which locks nobody out.
    """
    if key.read(BYPASS):
        yield wrong(BYPASS, True, "a policy that nobody can change any more would be accepted", "Remove it.")
    if key.read("policy") is None:
        return
    said = [statement for _, statements in parsed_documents(key) for statement in statements]
    allowed_to_root = {action.lower() for one in said if _allows_account(one) for action in one.actions}
    if missing := [action for action in REPAIRS if not {action, "kms:*"} & allowed_to_root]:
        yield Finding(
            name=f"account lacks {', '.join(missing)}",
            found=f"`policy` does not let the account's root {', '.join(missing)} without a condition",
            why=WHY,
            repair='Allow them to {"AWS": "arn:aws:iam::ACCOUNT:root"}.',
        )
    for statement in filter(_denies_account, said):
        if denied := [action for action in REPAIRS if _is_about(statement, action)]:
            yield Finding(
                name=f"denied {', '.join(denied)}",
                found=f"statement {statement.label} of `policy` denies the account's root {', '.join(denied)}",
                why=WHY,
                repair="Deny it to named roles, or under a condition on aws:PrincipalArn that spares the root.",
            )


def _allows_account(statement: Statement) -> bool:
    return (
        statement.effect == "Allow"
        and not statement.conditions
        and any(kind == "AWS" and WHOLE_ACCOUNT.fullmatch(name) for kind, name in statement.principals)
    )


def _denies_account(statement: Statement) -> bool:
    """Whether a denial may reach the account's root: a condition that isn't known to spare it does not."""
    if statement.effect != "Deny" or any(_spares(*condition) for condition in statement.conditions):
        return False
    if statement.not_principals:
        return not any(WHOLE_ACCOUNT.fullmatch(name) for _, name in statement.not_principals)
    return any(name == "*" or WHOLE_ACCOUNT.fullmatch(name) for _, name in statement.principals)


def _spares(operator: str, key: str, values: tuple[str, ...]) -> bool:
    if key.lower() == "aws:securetransport":
        return [value.lower() for value in values] == ["false"]
    is_spared = key.lower() in OF_ACCOUNT or (
        key.lower() == "aws:principalarn" and any(WHOLE_ACCOUNT.fullmatch(value) for value in values)
    )
    return is_spared and "not" in operator.lower()


def _is_about(statement: Statement, action: str) -> bool:
    if statement.not_actions:
        return not _matches(statement.not_actions, action)
    return _matches(statement.actions, action)


def _matches(patterns: tuple[str, ...], action: str) -> bool:
    return any(fnmatchcase(action, pattern.lower()) for pattern in patterns)


RULE = ResourceRule(
    __name__,
    description="A key policy keeps what repairs the key with the account itself.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    types=[each for each in DOCUMENTS if is_key_policy(each)],
    check=check,
)
