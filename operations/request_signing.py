"""How a request to a system's API is signed: as its senders sign webhooks, or as IAM asks of callers."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from operations.signing_secrets import SigningSecrets
from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

SERVICE = "execute-api"


class RequestSigning(Protocol):
    """Signs POSTs."""

    def headers(self, url: str, body: bytes, signer: str | None, *, rightly: bool) -> Mapping[str, str]:
        """The headers that sign a body for a URL; what they prove is false where `rightly` is."""
        ...


@dataclass(frozen=True, slots=True)
class WebhookSigning:
    """Signs with the current secret of the signer."""

    secrets: SigningSecrets = field(repr=False)

    def headers(self, url: str, body: bytes, signer: str | None, *, rightly: bool) -> Mapping[str, str]:
        """A timestamp and a signature by the secret, or by another one; OperationError for an unknown signer."""
        timestamp = str(int(time.time()))
        secret = self.secrets.of(signer) if rightly else b"not the secret"
        return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(secret, timestamp, body)}


@dataclass(frozen=True, slots=True)
class IamSigning:
    """Signs with AWS credentials: Signature Version 4."""

    credentials: Any = field(repr=False)
    region: str

    def headers(self, url: str, body: bytes, signer: str | None, *, rightly: bool) -> Mapping[str, str]:
        """The headers of Signature Version 4, or none at all."""
        if not rightly:
            return {}
        request = AWSRequest("POST", url, data=body, headers={"Content-Type": "application/json"})
        SigV4Auth(self.credentials, SERVICE, self.region).add_auth(request)
        return dict(request.headers.items())
