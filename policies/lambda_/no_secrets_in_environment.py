"""Variables hold no secret in plain text."""

import re
from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity

# What secrets look like whose issuers mark them.
SECRETS = {
    "an AWS access key": re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a GitHub token": re.compile(r"\b(gh[opsur]_|github_pat_)\w{20,}"),
    "a Slack token": re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    "a Stripe key": re.compile(r"\b([sr]k_live_|whsec_)\w{16,}"),
    "a password in a URL": re.compile(r"://[^/\s:@]+:[^/\s:@]+@"),
}


def check(function: Resource) -> Iterator[Finding]:
    """A finding for each variable whose value looks like a secret; the value is not shown."""
    for name in function.read("environment.variables") or {}:
        value = str(function.read("environment.variables")[name])
        for kind, pattern in SECRETS.items():
            if pattern.search(value):
                yield Finding(
                    name=f"secret in {name}",
                    found=f"`environment.variables.{name}` looks like {kind}",
                    why="it is readable in the console, in the state, and by every tool that lists functions",
                    repair="Put it into a SecureString parameter or a ciphertext, and replace it at its issuer.",
                )


RULE = ResourceRule(
    __name__,
    description="No variable of a function's environment holds what looks like a secret.",
    severity=Severity.CRITICAL,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
    types=["aws:lambda/function:Function"],
    check=check,
)
