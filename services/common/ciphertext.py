"""A secret that stands in a function's environment as ciphertext of KMS."""

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from services.common.secret_parameter import SecretUnavailableError
from services.common.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient


class Ciphertext:
    """Decrypts at first use and keeps the plain text, in memory alone, as long as the process lives.

    `blob` is the base64 of what KMS encrypted; `context` is the encryption context that it was encrypted under.
    """

    def __init__(self, client: "KMSClient", blob: str, context: Mapping[str, str]) -> None:
        self._client = client
        self._blob = blob
        self._context = context
        self._plaintext: str | None = None

    def plaintext(self) -> str:
        """The secret; SecretUnavailableError, which the log explains, as long as it can't be decrypted."""
        if self._plaintext is None:
            self._plaintext = self._decrypt()
        return self._plaintext

    def _decrypt(self) -> str:
        try:
            blob = base64.b64decode(self._blob, validate=True)
            answer = self._client.decrypt(CiphertextBlob=blob, EncryptionContext=self._context)
            return answer["Plaintext"].decode()
        except binascii.Error:
            reason = "the variable holds no base64; deploy the function again"
        except UnicodeDecodeError:
            reason = "the plain text is not UTF-8; set the secret again and deploy"
        except (ClientError, BotoCoreError) as error:
            reason = str(error)
        # Raised outside of the handlers, so that no traceback shows what was being decoded.
        logger.error("secret not decrypted", extra={"secret": self._context.get("secret"), "reason": reason})
        raise SecretUnavailableError


def ciphertext_context(environment: str, system: str, secret: str) -> dict[str, str]:
    """The encryption context of a system's secret in an environment: it fits no other."""
    return {"environment": environment, "system": system, "secret": secret}
