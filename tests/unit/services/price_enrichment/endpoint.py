"""POST /webhook as it reaches the processor: signed, mapped by API Gateway, and handed over by Lambda at some time."""

import base64
import json
from typing import Any

from services.common.ciphertext import Ciphertext
from services.common.exchange_credentials import CredentialStore
from services.common.signature import sign
from services.price_enrichment.exchange_endpoints import ExchangeEndpoints
from services.price_enrichment.price_table import PriceTable
from services.price_enrichment.webhook_processor import WebhookProcessor
from tests.unit.services.fakes import Failing, FakeClock
from tests.unit.services.price_enrichment.fake_price_table import FakePriceTable

WEBHOOK: dict[str, Any] = {
    "exchange": "kraken",
    "symbol": "BTC/USD",
    "price": "60000.10",
    "timestamp": "2026-11-21T09:59:59.250Z",
}
SECRETS = {exchange: f"{exchange}-secret" for exchange in ("kraken", "coinbase", "unlisted")}
CREDENTIALS = {exchange: {"webhook_secrets": [secret]} for exchange, secret in SECRETS.items()}
ENDPOINTS = {"kraken": "https://api.kraken.example/0", "coinbase": "https://api.coinbase.example"}


class Plaintexts(Failing):
    """A KMS that decrypts the name of a secret to the secret."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {"credentials": json.dumps(CREDENTIALS), "endpoints": json.dumps(ENDPOINTS)}

    def decrypt(self, *, CiphertextBlob: bytes, EncryptionContext: dict[str, str]) -> dict[str, Any]:  # noqa: N803
        self.enter("decrypt")
        return {"Plaintext": self.secrets[CiphertextBlob.decode()].encode()}

    def ciphertext(self, name: str) -> Ciphertext:
        return Ciphertext(self, base64.b64encode(name.encode()).decode(), {"secret": name})


class Endpoint:
    """The processor on fakes and one clock."""

    def __init__(self) -> None:
        self.clock, self.kms, self.dynamodb = FakeClock(), Plaintexts(), FakePriceTable()
        self.requests = 0
        self.processor = self.new_processor()

    def new_processor(self) -> WebhookProcessor:
        return WebhookProcessor(
            CredentialStore(self.kms.ciphertext("credentials")),
            ExchangeEndpoints(self.kms.ciphertext("endpoints")),
            PriceTable(self.dynamodb, "crypto-prices"),
            self.clock,
        )

    def request(self, body: bytes | dict[str, Any], secret: str | None = None, **headers: str) -> dict[str, Any]:
        """The event of a request that comes now."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        exchange = str(body.get("exchange", "")) if isinstance(body, dict) else "kraken"
        stamp = str(int(self.clock().timestamp()))
        signature = sign((secret or SECRETS.get(exchange.lower(), "unknown")).encode(), stamp, raw)
        given = {"X_Webhook_Timestamp": stamp, "X_Webhook_Signature": signature, "X_Correlation_Id": "c-1"} | headers
        self.requests += 1
        return {
            "body": base64.b64encode(raw).decode(),
            "isBase64Encoded": True,
            "headers": {name.replace("_", "-"): value for name, value in given.items()},
            "requestContext": {
                "requestId": f"request-{self.requests}",
                "requestTimeEpoch": int(self.clock().timestamp() * 1000),
            },
        }

    def post(self, body: bytes | dict[str, Any], secret: str | None = None, **headers: str) -> dict[str, str]:
        return self.processor.process(self.request(body, secret, **headers))
