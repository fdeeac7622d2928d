"""Secrets that the security layer's configuration holds."""

from collections.abc import Iterable, Iterator

import pulumi

from shared.model import Ciphertext, SecretParameter, System
from shared.scope import Scope


def config_key(system: str, secret: str) -> str:
    """Key of the security layer's configuration that holds the secret's value."""
    return f"{system}-{secret}"


def secret_keys(system: System) -> tuple[str, ...]:
    """Keys of all secrets of the system."""
    return tuple(config_key(system.name, secret.name) for secret in (*system.secrets, *system.ciphertexts))


def setting_commands(keys: Iterable[str], environment: str) -> Iterator[str]:
    """The commands, to be given in projects/security, that ask for the secrets' values."""
    return (f"pulumi config set --secret {key} --stack {environment}" for key in keys)


def require_secrets(systems: Iterable[System], environment: str) -> None:
    """RunError with all secrets that the configuration lacks, and how to set them."""
    config = pulumi.Config()
    missing = [key for system in systems for key in secret_keys(system) if config.get_secret(key) is None]
    if missing:
        commands = "\n".join(setting_commands(missing, environment))
        raise pulumi.RunError(
            f"the configuration of layer 'security' in '{environment}' lacks secrets; set each in projects/security:\n"
            f"{commands}"
        )


def secret_value(scope: Scope, secret: Ciphertext | SecretParameter) -> pulumi.Output[str]:
    """The configured value."""
    return pulumi.Config().require_secret(config_key(scope.system.name, secret.name))
