"""Sensitive variables are under a key of the customer's."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from policies.framework.knob import Knob
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

SENSITIVE = Knob(
    name="sensitive",
    default=["*_CIPHERTEXT"],
    description="Patterns of the names of variables that are sensitive.",
    schema={"type": "array", "items": {"type": "string"}},
)


def check(function: Resource) -> Iterator[Finding]:
    """A finding where a variable is declared sensitive by its name, and the environment is not under such a key."""
    variables = function.read("environment.variables") or {}
    patterns = function.setting(SENSITIVE)
    sensitive = sorted(name for name in variables if any(fnmatchcase(name, pattern) for pattern in patterns))
    if sensitive and not function.read("kmsKeyArn"):
        yield Finding(
            name="no customer key",
            found=f"`kmsKeyArn` is absent, and {', '.join(sensitive)} is sensitive",
            why="whoever may read the function's configuration may read it in the console",
            repair="Set `kmsKeyArn` to a key of your own.",
        )


RULE = ResourceRule(
    __name__,
    description="A function's environment with a sensitive variable is encrypted under a customer-managed key.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
    types=["aws:lambda/function:Function"],
    knobs=[SENSITIVE],
    check=check,
)
