"""The one promise of the local target: no call leaves this machine."""

import ipaddress
from urllib.parse import urlsplit

from local.provider.errors import ProviderError


def require_loopback(service: str, url: str) -> str:
    """The URL, when its host is loopback (127.0.0.0/8, ::1, localhost); ProviderError otherwise."""
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"} and parts.hostname and _is_loopback(parts.hostname):
        return url.rstrip("/")
    raise ProviderError(
        f"aws:endpoints: {service} is '{url}', which is not on this machine. The local provider only speaks to "
        "loopback (http://127.0.0.1:PORT, http://[::1]:PORT or http://localhost:PORT). For a real account use the "
        "official AWS provider: unset PULUMI_HOME, which points at the local target's plugins."
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
