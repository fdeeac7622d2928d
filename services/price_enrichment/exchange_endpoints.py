"""The exchanges' API endpoints: one JSON document, `{"<exchange>": "https://..."}`. Who has none is not known here."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from services.common.ciphertext import Ciphertext
from services.common.exchange import EXCHANGE
from services.common.secret_parameter import SecretUnavailableError
from services.common.telemetry import logger


class MalformedEndpointsError(ValueError):
    """A document that holds no endpoints; the message says why, and shows none."""


class ExchangeEndpoints:
    """The endpoints in a ciphertext, decrypted and parsed once."""

    def __init__(self, ciphertext: Ciphertext) -> None:
        self._ciphertext = ciphertext
        self._endpoints: Mapping[str, str] | None = None

    def exchanges(self) -> frozenset[str]:
        """The exchanges that have an endpoint; SecretUnavailableError, which the log explains, while there are none."""
        if self._endpoints is None:
            text = self._ciphertext.plaintext()
            try:
                self._endpoints = parse_endpoints(text)
            except MalformedEndpointsError as error:
                logger.error("exchange endpoints not read", extra={"reason": str(error)})
                raise SecretUnavailableError from None
        return frozenset(self._endpoints)


def parse_endpoints(text: str) -> Mapping[str, str]:
    """The endpoints by exchange; MalformedEndpointsError names the exchange at fault."""
    try:
        endpoints = msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError as error:
        # Told anew, for its own traceback could show the document.
        reason = str(error)
    else:
        _check(endpoints)
        return endpoints
    raise MalformedEndpointsError(f"the document is not of the form that {__doc__} shows: {reason}")


def _check(endpoints: Mapping[str, str]) -> None:
    if not endpoints:
        raise MalformedEndpointsError("the document names no exchange; allowed is one or more")
    for name, endpoint in endpoints.items():
        if not EXCHANGE.fullmatch(name):
            raise MalformedEndpointsError(
                f"'{name}' is no exchange; allowed are 1 to 32 lower-case ASCII letters, digits and dashes"
            )
        parts = urlsplit(endpoint)
        if parts.scheme != "https" or not parts.hostname:
            raise MalformedEndpointsError(f"the endpoint of '{name}' is no URL that starts with https://")
