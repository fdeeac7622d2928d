"""A service that acts for others acts for a named one."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.policy_language.document import Statement
from policies.policy_language.locations import DOCUMENTS
from policies.relations.documents import allowed

OWN_CODE = Knob(
    name="servicesOfOwnCode",
    default=["lambda.amazonaws.com", "edgelambda.amazonaws.com", "ec2.amazonaws.com"],
    description="Services that assume a role to run the account's own code, and so act for nobody else.",
    schema={"type": "array", "items": {"type": "string"}},
)
SOURCES = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
# How services that keep what they encrypt apart say whose it is.
CONTEXT = "kms:encryptioncontext:"
OPERATORS = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")


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
                    repair="Add a condition on aws:SourceArn, or on aws:SourceAccount where the ARN is not known.",
                )


def _names_source(statement: Statement) -> bool:
    return any(
        operator.lower() in OPERATORS
        and (key.lower() in SOURCES or key.lower().startswith(CONTEXT))
        and values
        and not set(values) & {"*", ""}
        for operator, key, values in statement.conditions
    )


RULE = ResourceRule(
    __name__,
    description="A policy that lets a service act for others says for whom.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    types=DOCUMENTS,
    knobs=[OWN_CODE],
    check=check,
)
