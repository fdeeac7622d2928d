"""Customer-managed KMS keys."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the account's own, rotated each year; `used_by` are AWS services that use it in the account's name."""

    name: str
    used_by: tuple[str, ...] = ()
