"""Webhook secrets in an SSM SecureString: one a line, the current first, the previous second during rotation."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from services.common.telemetry import logger
from services.common.timestamp import Clock

if TYPE_CHECKING:
    from mypy_boto3_ssm.client import SSMClient

MAX_AGE = timedelta(seconds=60)
MIN_INTERVAL = timedelta(seconds=5)
MAX_SECRETS = 2


class SecretUnavailableError(Exception):
    """The secrets can't be had now, and none are cached."""


class SecretParameter:
    """The secrets, read at first use, again when older than a minute, and on demand at most every five seconds.

    A cached value outlives failing reads, so that a disturbance of the secret store refuses nobody.
    """

    def __init__(self, fetch: Callable[[], str], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._secrets: tuple[bytes, ...] = ()
        self._due = clock()
        self._demandable = clock()

    def current(self) -> tuple[bytes, ...]:
        """One or two secrets; SecretUnavailableError when the first read fails."""
        if self._clock() >= self._due:
            self._read()
        if not self._secrets:
            raise SecretUnavailableError
        return self._secrets

    def refreshed(self) -> tuple[bytes, ...]:
        """The secrets, read anew unless that was asked for within the last five seconds."""
        if self._clock() >= self._demandable:
            self._demandable = self._clock() + MIN_INTERVAL
            self._read()
        return self.current()

    def _read(self) -> None:
        try:
            self._secrets = _lines(self._fetch())
            self._due = self._clock() + MAX_AGE
        except (ClientError, BotoCoreError, ValueError) as error:
            logger.error("secret parameter not read", extra={"reason": str(error), "cached": bool(self._secrets)})
            # Without a cached value the next request tries again; with one, the store is left to recover.
            self._due = self._clock() + (MIN_INTERVAL if self._secrets else timedelta())


def fetch_parameter(client: "SSMClient", name: str) -> str:
    """The decrypted value of a SecureString parameter."""
    return client.get_parameter(Name=name, WithDecryption=True)["Parameter"].get("Value", "")


def _lines(value: str) -> tuple[bytes, ...]:
    secrets = tuple(line.strip().encode() for line in value.splitlines() if line.strip())
    if not 1 <= len(secrets) <= MAX_SECRETS:
        raise ValueError(f"the secret parameter holds {len(secrets)} secrets; put one a line, at most {MAX_SECRETS}")
    return secrets
