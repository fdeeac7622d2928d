"""A service that acts for others acts for a named one."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.policy_language.conditions import required
from policies.policy_language.document import Statement
from policies.policy_language.locations import DOCUMENTS
from policies.policy_language.wildcards import has_wildcard
from policies.relations.documents import allowed

OWN_CODE = Knob(
    name="servicesOfOwnCode",
    default=["lambda.amazonaws.com", "edgelambda.amazonaws.com", "ec2.amazonaws.com"],
    description="Services that assume a role to run the account's own code, and so act for nobody else.",
    schema={"type": "array", "items": {"type": "string"}},
)
OF_ACCOUNT = ("aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
ARN = "aws:sourcearn"
# How services that keep what they encrypt apart say whose it is.
CONTEXT = "kms:encryptioncontext:"
LEAST_COLONS = 5  # Of an ARN, whose fifth part is the account.


def check(resource: Resource) -> Iterator[Finding]:
    """A finding for each service that a statement allows something without a condition on whom it does it for."""
    own_code = resource.setting(OWN_CODE)
    for place, statement in allowed(resource):
        for kind, name in statement.principals:
            if kind == "Service" and name not in own_code and not _names_source(statement):
                yield Finding(
                    name=f"{name} for anyone",
                    found=f"{place} lets `{name}` act for anyone",
                    why="another account can make the service do it in its stead",
                    repair="Add a condition on aws:SourceArn with its account, or on aws:SourceAccount.",
                )


def _names_source(statement: Statement) -> bool:
    return any(all(_names_account(key, value) for value in values) for key, values in required(statement))


def _names_account(key: str, value: str) -> bool:
    """Whether the value of a condition can be of no other account, or of no other organization."""
    if key in OF_ACCOUNT:
        account = value.partition("/")[0]
    elif key == ARN or (key.startswith(CONTEXT) and value.startswith("arn:")):
        account = value.split(":")[4] if value.count(":") >= LEAST_COLONS else ""
    else:
        account = value if key.startswith(CONTEXT) else ""
    return account != "" and not has_wildcard(account)


RULE = ResourceRule(
    __name__,
    description="A policy that lets a service act for others says for whom.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    types=DOCUMENTS,
    knobs=[OWN_CODE],
    check=check,
)
