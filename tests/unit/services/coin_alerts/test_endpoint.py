import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from services.coin_alerts.endpoint import EndpointError, UnreachableError, parse_endpoint

Serve = Callable[[socket.socket], None]


@contextmanager
def server(serve: Serve) -> Iterator[tuple[str, list[str]]]:
    """A server on loopback whose every connection is served so, once its request came; its URL and the requests."""

    def run() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                requests.append(connection.recv(65536).decode())
                serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        requests: list[str] = []
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", requests
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def says(text: str) -> Serve:
    return lambda connection: connection.sendall(text.encode())


@pytest.mark.requirement("CA-2")
def test_an_answer_has_status_body_and_the_wait_that_it_asks_for():
    with server(says("HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n[]")) as (url, _):
        answer = parse_endpoint(url).get(5)
    assert (answer.status, answer.body, answer.retry_after) == (429, b"[]", "7")


@pytest.mark.requirement("CA-2")
def test_the_path_and_query_of_the_endpoint_are_what_is_asked_for():
    with server(says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as (url, requests):
        for target in ("/api/v3/ticker/price?key=k", "?key=k", ""):
            parse_endpoint(url + target).get(5)
    assert [request.split(" HTTP/1.1")[0] for request in requests] == [
        "GET /api/v3/ticker/price?key=k",
        "GET /?key=k",
        "GET /",
    ]


@pytest.mark.requirement("CA-2")
@pytest.mark.parametrize(
    "answer",
    [
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n[",
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\n" + "X: y\r\n" * 200 + "\r\n",
    ],
    ids=["none", "short", "broken off", "no HTTP", "too many headers"],
)
def test_an_answer_that_is_not_whole_is_none(answer: str):
    with server(says(answer)) as (url, _), pytest.raises(UnreachableError):
        parse_endpoint(url).get(5)


@pytest.mark.requirement("CA-2")
def test_a_flood_is_cut_off():
    flood = b"x" * (1 << 20)

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            for _ in range(64):
                connection.sendall(flood)
        except OSError:
            pass

    with server(serve) as (url, _), pytest.raises(UnreachableError, match="larger than 8388608 bytes"):
        parse_endpoint(url).get(20)


def drip(connection: socket.socket) -> None:
    """Says something new each tenth of a second, so that no single wait is long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    with suppress(OSError):
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.1)


def hang(connection: socket.socket) -> None:
    connection.settimeout(5)
    with suppress(OSError):
        connection.recv(1)


@pytest.mark.requirement("CA-2")
@pytest.mark.parametrize("serve", [drip, hang])
def test_nothing_takes_longer_than_it_may(serve: Serve):
    with server(serve) as (url, _):
        begun = time.monotonic()
        with pytest.raises(UnreachableError):
            parse_endpoint(url).get(0.5)
        assert 0.4 < time.monotonic() - begun < 3


@pytest.mark.requirement("CA-2", "ALL-13")
def test_a_server_that_is_not_there_is_unreachable_and_the_error_shows_nothing_of_the_address():
    with pytest.raises(UnreachableError) as error:
        parse_endpoint("https://127.0.0.1:1/ticker?key=s3cr3t").get(1)
    assert str(error.value) == "no whole answer in 1.0 s: ConnectionRefusedError"
    assert error.value.__cause__ is None
    assert "s3cr3t" not in repr(parse_endpoint("https://127.0.0.1:1/ticker?key=s3cr3t"))


@pytest.mark.requirement("CA-2", "ALL-13")
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is no URL; set it to https://<host>/<path>"),
        ("s3cr3t", "is no URL"),
        ("https://", "is no URL"),
        ("https://[s3cr3t", "is no URL"),
        ("https://host:s3cr3t/", "is no URL"),
        ("ftp://s3cr3t/", "is no URL"),
        ("https://user:s3cr3t@host/", "is no URL"),
        ("http://s3cr3t.example/", "is http; only https is allowed, except to this machine"),
        ("http://10.0.0.1/", "is http"),
        ("https://host/s3cr3t path", "has characters that no URL has"),
        ("https://host/?k=s3cr3t\u00fc", "has characters that no URL has"),
    ],
)
def test_an_endpoint_that_can_not_be_called_is_refused_without_being_shown(url: str, said: str):
    with pytest.raises(EndpointError) as refusal:
        parse_endpoint(url)
    assert str(refusal.value).startswith(f"the exchange endpoint {said}")
    assert "s3cr3t" not in str(refusal.value)


def test_an_endpoint_has_the_usual_ports():
    endpoint = parse_endpoint(" https://api.example.com/ticker ")
    assert (endpoint.secure, endpoint.host, endpoint.port, endpoint.target) == (True, "api.example.com", 443, "/ticker")
    assert parse_endpoint("http://[::1]/x").port == 80


@pytest.mark.requirement("CA-2")
def test_an_exchange_must_prove_who_it_is(monkeypatch: pytest.MonkeyPatch):
    contexts: list[ssl.SSLContext] = []

    def refuse(*_: object, context: ssl.SSLContext, **__: object) -> http.client.HTTPConnection:
        contexts.append(context)
        return http.client.HTTPConnection("127.0.0.1", 1)

    monkeypatch.setattr(http.client, "HTTPSConnection", refuse)
    with pytest.raises(UnreachableError):
        parse_endpoint("https://api.example.com/ticker").get(1)
    assert [(context.verify_mode, context.check_hostname) for context in contexts] == [(ssl.CERT_REQUIRED, True)]
