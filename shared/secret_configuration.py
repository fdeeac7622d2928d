"""Secrets that the security layer's configuration holds."""

import pulumi

from shared.model import Ciphertext, SecretParameter
from shared.scope import Scope


def config_key(system: str, secret: str) -> str:
    """Key of the security layer's configuration that holds the secret's value."""
    return f"{system}-{secret}"


def secret_value(scope: Scope, secret: Ciphertext | SecretParameter) -> pulumi.Output[str]:
    """The configured value; RunError says how to set it where there is none."""
    key = config_key(scope.system.name, secret.name)
    value = pulumi.Config().get_secret(key)
    if value is None:
        raise pulumi.RunError(
            f"the configuration of layer 'security' in '{scope.settings.environment}' has no secret '{key}'; set it "
            f"in projects/security: pulumi config set --secret {key} --stack {scope.settings.environment}"
        )
    return value
