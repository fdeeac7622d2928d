"""GET from one HTTP endpoint, within a time that nothing can exceed."""

import http.client
import ipaddress
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer
from urllib.parse import urlsplit

# The ticker of an exchange with thousands of pairs has some hundred kilobytes.
MAX_BODY_BYTES = 8 * 1024 * 1024
# For each of the host's addresses.
CONNECT_SECONDS = 2.0
USER_AGENT = "coin-alerts/1"


class EndpointError(Exception):
    """An endpoint that no call can be made to; says what is wrong without showing it, for it may hold a key."""


class UnreachableError(Exception):
    """A call that brought no whole answer."""


@dataclass(frozen=True)
class Answer:
    """A status, the body, and the Retry-After header where there is one."""

    status: int
    body: bytes
    retry_after: str | None = None


@dataclass(frozen=True)
class Endpoint:
    """Where prices are to be had: https, or, on this machine alone, http."""

    secure: bool
    host: str = field(repr=False)
    port: int
    target: str = field(repr=False)

    def get(self, timeout: float) -> Answer:
        """The answer, a redirect too, within so many seconds; UnreachableError when there is none by then.

        A socket's timeout bounds each wait, not their sum: so a timer ends the connection of a server that drips.
        """
        connection = self._connection(min(CONNECT_SECONDS, timeout))
        timer: Timer | None = None
        try:
            connection.connect()
            connection.sock.settimeout(timeout)
            timer = Timer(timeout, _shut_down, [connection.sock])
            timer.start()
            connection.request("GET", self.target, headers={"Accept": "application/json", "User-Agent": USER_AGENT})
            response = connection.getresponse()
            body = response.read(MAX_BODY_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            # Their texts may show parts of the address.
            raise UnreachableError(f"no whole answer in {timeout:.1f} s: {type(error).__name__}") from None
        finally:
            if timer:
                timer.cancel()
            connection.close()
        if len(body) > MAX_BODY_BYTES:
            raise UnreachableError(f"the answer is larger than {MAX_BODY_BYTES} bytes")
        if response.length:
            raise UnreachableError("the answer ended early")
        return Answer(response.status, body, response.getheader("Retry-After"))

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        if self.secure:
            return http.client.HTTPSConnection(
                self.host, self.port, timeout=timeout, context=ssl.create_default_context()
            )
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)


def parse_endpoint(url: str) -> Endpoint:
    """The endpoint at an absolute URL; EndpointError for another scheme, or http to another machine."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = None, None
    if parts is None or not parts.hostname or parts.scheme not in ("http", "https") or parts.username is not None:
        raise EndpointError("the exchange endpoint is no URL; set it to https://<host>/<path>")
    if not _visible(parts.path + parts.query):
        raise EndpointError("the exchange endpoint has characters that no URL has; percent-encode them")
    secure = parts.scheme == "https"
    if not secure and not _loopback(parts.hostname):
        raise EndpointError("the exchange endpoint is http; only https is allowed, except to this machine")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(secure, parts.hostname, port or (443 if secure else 80), target)


def _visible(text: str) -> bool:
    return all("!" <= character <= "~" for character in text)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shut_down(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
