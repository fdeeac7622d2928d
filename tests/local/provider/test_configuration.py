"""Where the provider may go, and what it needs to know."""

import grpc
import pytest

from local.provider import configuration as config
from local.provider.errors import ProviderError
from tests.local.provider.engine_double import EngineDouble, configuration

LOCAL = "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    "url", [LOCAL, "http://localhost:4566", "http://[::1]:4566", "http://127.9.9.9:1", f"{LOCAL}/"]
)
def test_a_loopback_endpoint_is_taken(url: str) -> None:
    assert config.parsed(configuration(url)).endpoint("sqs") == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.us-east-1.amazonaws.com",
        "http://10.0.0.1:4566",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0:4566",
        "http://localhost.example.com",
        "ftp://127.0.0.1",
        "127.0.0.1:4566",
        "http://user@example.com:80",
    ],
)
def test_an_endpoint_elsewhere_is_refused_by_name(url: str) -> None:
    with pytest.raises(ProviderError, match="not on this machine"):
        config.parsed(configuration(url))
    assert [failure.property for failure in config.failures(configuration(url))] == ["endpoints"]


def test_a_service_without_an_endpoint_is_refused_with_advice() -> None:
    parsed = config.parsed({**configuration(LOCAL), "endpoints": f'[{{"sqs":"{LOCAL}"}}]'})
    with pytest.raises(ProviderError, match=r"no 'lambda'.*add lambda:"):
        parsed.endpoint("lambda")


@pytest.mark.parametrize("name", ["region", "accessKey", "secretKey", "endpoints"])
def test_what_is_missing_is_named(name: str) -> None:
    properties = {key: value for key, value in configuration(LOCAL).items() if key != name}
    with pytest.raises(ProviderError, match=f"aws:{name}"):
        config.parsed(properties)


def test_an_unknown_property_of_the_configuration_is_named() -> None:
    failures = config.failures({**configuration(LOCAL), "profile": "me"})
    assert [failure.property for failure in failures] == ["profile"]


def test_the_secret_key_is_not_shown() -> None:
    assert "hunter2" not in repr(config.parsed({**configuration(LOCAL), "secretKey": "hunter2"}))


def test_a_wrapped_secret_key_is_unwrapped(emulator_url: str) -> None:
    wrapped = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "test"}
    with EngineDouble() as engine:
        engine.configure({**configuration(emulator_url), "secretKey": wrapped})
        assert engine.provider.session.configuration.secret_key == "test"


def test_an_account_that_is_not_allowed_is_refused(emulator_url: str) -> None:
    allowed = configuration(emulator_url, allowedAccountIds='["111111111111"]')
    with EngineDouble() as engine, pytest.raises(grpc.RpcError, match="allows 111111111111, but the account is 0000"):
        engine.configure(allowed)


def test_an_emulator_that_does_not_run_is_said_to() -> None:
    with EngineDouble() as engine, pytest.raises(grpc.RpcError, match="Is the emulator running"):
        engine.configure(configuration("http://127.0.0.1:1"))
