"""A ciphertext is bound to its place."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity


def check(ciphertext: Resource) -> Iterator[Finding]:
    """A finding where there is no encryption context."""
    if not ciphertext.read("context"):
        yield Finding(
            name="no context",
            found="`context` is absent or empty",
            why="whoever may decrypt one of the key's ciphertexts may decrypt this one, wherever they found it",
            repair="Say whose it is, such as system, environment and name, and grant decryption with that context.",
        )


RULE = ResourceRule(
    __name__,
    description="A ciphertext has an encryption context.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html",
    types=["aws:kms/ciphertext:Ciphertext"],
    check=check,
)
