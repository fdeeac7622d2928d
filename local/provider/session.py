"""Clients to the emulator, one a service, made when first needed."""

import threading
from functools import cached_property
from typing import Any

import botocore.session
from botocore.config import Config

from local.provider.configuration import Configuration
from local.provider.errors import ProviderError, explained

CLIENT_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=50,
    retries={"mode": "standard", "total_max_attempts": 3},
    s3={"addressing_style": "path"},
    # A proxy of the environment must not see what is meant for loopback.
    proxies={},
)


class Session:
    """What an operation needs of the outside: clients, region, account and endpoints."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.region = configuration.region
        self._session = botocore.session.Session()
        self._clients: dict[str, Any] = {}
        self._lock = threading.RLock()

    def client(self, service: str) -> Any:
        """The service's client, by botocore's name of the service."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.create_client(
                    service,
                    region_name=self.region,
                    endpoint_url=self.configuration.endpoint(service),
                    aws_access_key_id=self.configuration.access_key,
                    aws_secret_access_key=self.configuration.secret_key,
                    config=CLIENT_CONFIG,
                )
            return self._clients[service]

    @cached_property
    def account(self) -> str:
        """The account that the credentials belong to."""
        with explained("calling", "sts", "GetCallerIdentity"):
            return str(self.client("sts").get_caller_identity()["Account"])

    def require_allowed_account(self) -> None:
        """ProviderError when the configuration allows certain accounts and this is none of them."""
        allowed = self.configuration.allowed_accounts
        if allowed and self.account not in allowed:
            raise ProviderError(
                f"aws:allowedAccountIds allows {', '.join(allowed)}, but the account is {self.account}."
            )

    def facts(self) -> dict[str, str]:
        """What templates of ids and ARNs may name besides a resource's own properties."""
        endpoint = self.configuration.endpoints.get("apigateway", "")
        return {"region": self.region, "account": self.account, "partition": "aws", "api_endpoint": endpoint}
