"""Secrets that functions read at run time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecretParameter:
    """An SSM SecureString under the AWS-managed key, one secret a line, the current one first.

    Its first value is secret configuration of the security layer; a rotation writes the parameter, not the stack.
    """

    name: str
