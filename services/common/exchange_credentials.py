"""The exchanges' credentials: one JSON document, `{"<exchange>": {"webhook_secrets": [...], "api_key": "..."}}`."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from services.common.ciphertext import Ciphertext
from services.common.exchange import EXCHANGE
from services.common.secret_parameter import SecretUnavailableError
from services.common.telemetry import logger

MAX_SECRETS = 2


class MalformedCredentialsError(ValueError):
    """A document that holds no credentials; the message says why, and shows none."""


class ExchangeCredentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one exchange: secrets that sign its webhooks, the current first, and the key to call its API with, if any."""

    webhook_secrets: tuple[str, ...]
    api_key: str | None = None

    def __repr__(self) -> str:
        return f"ExchangeCredentials({len(self.webhook_secrets)} webhook secrets)"


@dataclass(frozen=True)
class Credentials:
    """The webhook secrets by exchange."""

    exchanges: Mapping[str, ExchangeCredentials]

    def webhook_secrets(self, exchange: str) -> tuple[bytes, ...]:
        """One or two secrets; none for an exchange that has no credentials."""
        known = self.exchanges.get(exchange)
        return tuple(secret.encode() for secret in known.webhook_secrets) if known else ()

    def all_webhook_secrets(self) -> tuple[bytes, ...]:
        """The secrets of every exchange."""
        return tuple(secret for exchange in self.exchanges for secret in self.webhook_secrets(exchange))


class CredentialStore:
    """The credentials in a ciphertext, decrypted and parsed once."""

    def __init__(self, ciphertext: Ciphertext) -> None:
        self._ciphertext = ciphertext
        self._credentials: Credentials | None = None

    def credentials(self) -> Credentials:
        """The credentials; SecretUnavailableError, which the log explains, as long as there are none."""
        if self._credentials is None:
            text = self._ciphertext.plaintext()
            try:
                self._credentials = parse_credentials(text)
            except MalformedCredentialsError as error:
                logger.error("exchange credentials not read", extra={"reason": str(error)})
                raise SecretUnavailableError from None
        return self._credentials


def parse_credentials(text: str) -> Credentials:
    """The credentials in a document; MalformedCredentialsError names the exchange and the field at fault."""
    try:
        exchanges = msgspec.json.decode(text, type=dict[str, ExchangeCredentials])
    except msgspec.DecodeError as error:
        # Told anew, for its own traceback could show the document.
        reason = str(error)
    else:
        _check(exchanges)
        return Credentials(exchanges)
    raise MalformedCredentialsError(f"the document is not of the form that {__doc__} shows: {reason}")


def _check(exchanges: Mapping[str, ExchangeCredentials]) -> None:
    if not exchanges:
        raise MalformedCredentialsError("the document names no exchange; allowed is one or more")
    for name, credentials in exchanges.items():
        if not EXCHANGE.fullmatch(name):
            raise MalformedCredentialsError(
                f"'{name}' is no exchange; allowed are 1 to 32 lower-case ASCII letters, digits and dashes"
            )
        count = len(credentials.webhook_secrets)
        if not 1 <= count <= MAX_SECRETS or not all(credentials.webhook_secrets):
            raise MalformedCredentialsError(
                f"'{name}' has {count} webhook_secrets, or an empty one; allowed are 1 to {MAX_SECRETS}, none empty"
            )
