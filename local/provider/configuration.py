"""The provider's configuration, as real users write it for the official provider."""

import json
from dataclasses import dataclass, field
from typing import Any

from local.provider.endpoints import require_loopback
from local.provider.errors import Failure, ProviderError
from local.provider.values import UNKNOWN, Properties

KNOWN = frozenset(
    {
        "accessKey",
        "allowedAccountIds",
        "defaultTags",
        "endpoints",
        "region",
        "s3UsePathStyle",
        "secretKey",
        "skipCredentialsValidation",
        "skipMetadataApiCheck",
        "skipRegionValidation",
        "skipRequestingAccountId",
        "token",
        "version",
    }
)
# What the official provider calls a service, where botocore calls it otherwise.
ENDPOINT_NAMES = {
    "events": ("events", "eventbridge", "cloudwatchevents"),
    "logs": ("logs", "cloudwatchlogs", "cloudwatchlog"),
}


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """Where and as whom to call AWS; `endpoints` maps a service to a loopback URL."""

    region: str
    access_key: str
    secret_key: str = field(repr=False)
    endpoints: dict[str, str]
    default_tags: dict[str, str]
    allowed_accounts: tuple[str, ...]

    def endpoint(self, service: str) -> str:
        """The service's URL; ProviderError when none is configured, since the default would be AWS itself."""
        for name in ENDPOINT_NAMES.get(service, (service,)):
            if name in self.endpoints:
                return self.endpoints[name]
        raise ProviderError(
            f"aws:endpoints has no '{service}'. The local provider calls no service without a loopback endpoint: "
            f"add {service}: http://127.0.0.1:PORT to aws:endpoints (configured: {', '.join(sorted(self.endpoints))})."
        )


def parsed(properties: Properties) -> Configuration:
    """Configuration from the engine's properties, whose values may be JSON strings; ProviderError when wrong."""
    values = {name: _from_json(value) for name, value in properties.items()}
    missing = [name for name in ("region", "accessKey", "secretKey", "endpoints") if not values.get(name)]
    if missing:
        names = ", ".join(f"aws:{name}" for name in missing)
        raise ProviderError(f"The local provider needs {names} in the stack's configuration.")
    return Configuration(
        region=str(values["region"]),
        access_key=str(properties["accessKey"]),
        secret_key=str(properties["secretKey"]),
        endpoints=_endpoints(values["endpoints"]),
        default_tags={key: str(tag) for key, tag in (_first(values.get("defaultTags")).get("tags") or {}).items()},
        allowed_accounts=tuple(_account(account) for account in values.get("allowedAccountIds") or ()),
    )


def failures(properties: Properties) -> list[Failure]:
    """What is wrong with a configuration, property by property; unknown values are left for later."""
    unknown = [
        Failure(name, f"'{name}' is not a property that the local AWS provider knows: {', '.join(sorted(KNOWN))}")
        for name in properties
        if name not in KNOWN
    ]
    try:
        endpoints = _from_json(properties.get("endpoints", []))
        _endpoints([] if endpoints == UNKNOWN else endpoints)
    except ProviderError as error:
        return [*unknown, Failure("endpoints", str(error))]
    return unknown


def _endpoints(value: Any) -> dict[str, str]:
    maps = value if isinstance(value, list) else [value]
    urls = {service: url for entry in maps for service, url in entry.items() if url and url != UNKNOWN}
    return {service: require_loopback(service, str(url)) for service, url in urls.items()}


def _first(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return value[0] if value else {}
    return value or {}


def _account(value: Any) -> str:
    # An account id of zeros is a number to a JSON parser.
    return str(value).zfill(12)


def _from_json(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in {"[", "{"}:
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value
