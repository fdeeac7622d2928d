"""SNS topics."""

from dataclasses import dataclass

from shared.model.key import Key


@dataclass(frozen=True, slots=True)
class Topic:
    """A standard topic, encrypted with the system's own key, or with the AWS-managed one where `key` is None.

    `published_by` are AWS services that publish to it in the account's name.
    """

    name: str
    key: Key | None = None
    published_by: tuple[str, ...] = ()
