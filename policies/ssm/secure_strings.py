"""Secret parameters are encrypted."""

import re
from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

SECRET = Knob(
    name="secret",
    default="secret|password|token|credential|api-?key|private-?key",
    description="A regular expression for the names of parameters that are secret, in any case.",
    schema={"type": "string"},
)


def check(parameter: Resource) -> Iterator[Finding]:
    """A finding where a parameter's name says that it is secret, and its type is not SecureString."""
    name, found = parameter.read("name") or "", parameter.read("type")
    if found != "SecureString" and re.search(parameter.setting(SECRET), name, re.IGNORECASE):
        yield wrong("type", found, "whoever may read parameters may read it", "Set it to SecureString.")


RULE = ResourceRule(
    __name__,
    description="A parameter whose name says that it is secret is a SecureString.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-securestring.html",
    types=["aws:ssm/parameter:Parameter"],
    knobs=[SECRET],
    check=check,
)
