"""The values of an environment's secrets, for keeping them out of what is shown."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from operations.dead_letters.masking import secrets_in
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from shared.naming import Naming
from shared.secret_configuration import secret_keys


@dataclass(slots=True)
class KnownSecrets:
    """Values that must not be shown, and the secrets whose values the caller may not read."""

    values: set[str] = field(default_factory=set[str], repr=False)
    unread: list[str] = field(default_factory=list[str])


def known_secrets(pulumi: PulumiCommand, naming: Naming) -> KnownSecrets:
    """Those of the parameters as they are now, and of the configuration; one that can't be read is just named."""
    known = KnownSecrets()
    for key, document in (*_parameters(pulumi, naming), *_configured(pulumi)):
        if document is None:
            known.unread.append(key)
        else:
            known.values.update(secrets_in(document))
    return known


def _parameters(pulumi: PulumiCommand, naming: Naming) -> Iterator[tuple[str, str | None]]:
    ssm = pulumi.target.client("ssm")
    for system in pulumi.target.systems:
        for secret in system.secrets:
            name = naming.parameter_name(system, secret)
            try:
                yield name, ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
            except (ClientError, BotoCoreError):
                yield name, None


def _configured(pulumi: PulumiCommand) -> Iterator[tuple[str, str | None]]:
    keys = [key for system in pulumi.target.systems for key in secret_keys(system)]
    try:
        found = pulumi.secrets("security")
    except OperationError:
        found = {}
    yield from ((key, found.get(f"security:{key}")) for key in keys)
