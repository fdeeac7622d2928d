"""The account can always repair a key's policy."""

import re
from collections.abc import Iterator

from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.policy_language.document import Statement
from policies.relations.documents import allowed

REPAIRS = (
    "kms:describekey",
    "kms:getkeypolicy",
    "kms:putkeypolicy",
    "kms:schedulekeydeletion",
    "kms:cancelkeydeletion",
)
ROOT = re.compile(r"\d{12}|arn:[^:]+:iam::\d{12}:root")
BYPASS = "bypassPolicyLockoutSafetyCheck"


def check(key: Resource) -> Iterator[Finding]:
    """A finding where the account lacks an action that repairs the key, or AWS's own check is switched off.

    A key without a policy gets AWS's default one, which locks nobody out.
    """
    if key.read(BYPASS):
        yield wrong(BYPASS, True, "a policy that nobody can change any more would be accepted", "Remove it.")
    if key.read("policy") is None:
        return
    allowed_to_root = {
        action.lower() for _, statement in allowed(key) if _is_for_account(statement) for action in statement.actions
    }
    if missing := [action for action in REPAIRS if not {action, "kms:*"} & allowed_to_root]:
        yield Finding(
            name=f"account lacks {', '.join(missing)}",
            found=f"`policy` does not let the account's root {', '.join(missing)} without a condition",
            why="when the roles that may are gone, nobody can repair the key, and what it encrypts is lost",
            repair='Allow them to {"AWS": "arn:aws:iam::ACCOUNT:root"}.',
        )


def _is_for_account(statement: Statement) -> bool:
    return not statement.conditions and any(
        kind == "AWS" and ROOT.fullmatch(name) for kind, name in statement.principals
    )


RULE = ResourceRule(
    __name__,
    description="A key policy keeps what repairs the key with the account itself.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    types=["aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"],
    check=check,
)
