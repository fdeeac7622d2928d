"""Secrets that functions read at run time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecretParameter:
    """An SSM SecureString under the AWS-managed key, one secret a line, the current one first.

    Its first value comes from the security layer's secret configuration; a rotation writes the parameter, not the stack.
    """

    name: str
