"""What goes wrong, in words a user can act on."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError


class ProviderError(Exception):
    """A failure whose message is for the user; it names the resource and holds no secret."""


class PartlyCreatedError(ProviderError):
    """A resource that exists although its creation failed: the engine must keep it in its state."""

    def __init__(self, message: str, resource_id: str, properties: dict[str, Any], inputs: dict[str, Any]) -> None:
        super().__init__(message)
        self.resource_id = resource_id
        self.properties = properties
        self.inputs = inputs


@dataclass(frozen=True)
class Failure:
    """One wrong property: its path and the reason."""

    property: str
    reason: str


def code_of(error: ClientError) -> str:
    """AWS's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def explained(action: str, token: str, name: str) -> Generator[None]:
    """Turns AWS's errors into a message with the action, the resource and AWS's own code and words."""
    try:
        yield
    except ClientError as error:
        detail = error.response.get("Error", {})
        message = f"{action} {token} '{name}': {detail.get('Code', 'Unknown')}: {detail.get('Message', '')}"
        raise ProviderError(message) from error
    except EndpointConnectionError as error:
        raise ProviderError(f"{action} {token} '{name}': {error} Is the emulator running?") from error
    except BotoCoreError as error:
        raise ProviderError(f"{action} {token} '{name}': {error}") from error
