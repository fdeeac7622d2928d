"""The secrets that webhooks to a deployed system are signed with."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from shared.model import System
from shared.secret_configuration import config_key

# What a document of several signers says of each: its secrets, the current one first.
SECRETS = "webhook_secrets"


@dataclass(frozen=True, slots=True)
class SigningSecrets:
    """The current secret of each signer; a system of one signer has it under None."""

    by_signer: dict[str | None, bytes] = field(repr=False)

    def of(self, signer: str | None) -> bytes:
        """The signer's secret; OperationError names the signers where there is no such one."""
        if signer not in self.by_signer:
            known = ", ".join(sorted(filter(None, self.by_signer))) or "the system has one signer, which has no name"
            raise OperationError(f"a sample is to be signed by '{signer or 'nobody'}'; there are: {known}")
        return self.by_signer[signer]


def signing_secrets(pulumi: PulumiCommand, system: System) -> SigningSecrets:
    """From the secret parameter where the system has one, else from the configuration of what it carries encrypted."""
    if system.secrets:
        target = pulumi.target
        parameter = target.settings.names.parameter_name(system, system.secrets[0])
        found = target.client("ssm").get_parameter(Name=parameter, WithDecryption=True)
        return SigningSecrets({None: found["Parameter"]["Value"].splitlines()[0].strip().encode()})
    for ciphertext in system.ciphertexts:
        key = config_key(system.name, ciphertext.name)
        if signers := _signers(pulumi.secret("security", key)):
            return SigningSecrets(signers)
    raise OperationError(f"system '{system.name}' has no secrets that webhooks are signed with")


def _signers(document: str) -> dict[str | None, bytes]:
    try:
        said: dict[str, dict[str, Any]] = msgspec.json.decode(document, type=dict[str, dict[str, Any]])
    except msgspec.DecodeError:
        return {}
    return {signer: str(about[SECRETS][0]).encode() for signer, about in said.items() if about.get(SECRETS)}
