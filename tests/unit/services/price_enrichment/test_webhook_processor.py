import io
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from services.common.invalid_input import InvalidInputError
from services.common.secret_parameter import SecretUnavailableError
from services.price_enrichment import webhook_processor
from services.price_enrichment.price_table import KeyTakenError
from services.price_enrichment.webhook_processor import MAX_BODY_BYTES
from tests.unit.services.fakes import THROTTLED, TIMED_OUT, FakeContext
from tests.unit.services.price_enrichment.endpoint import WEBHOOK, Endpoint


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.mark.requirement("PE-1", "ALL-15")
def test_a_price_is_normalised_stored_and_told(endpoint: Endpoint):
    update = endpoint.post(WEBHOOK)
    (item,) = endpoint.dynamodb.items()
    key = item.pop("timestamp")
    assert item == {
        "symbol": "BTC-USD",
        "exchange": "kraken",
        "price": Decimal("60000.10"),
        "observed_at": "2026-11-21T09:59:59.250000Z",
        "received_at": "2026-11-21T10:00:00.000000Z",
        "request_id": "request-1",
        "correlation_id": "c-1",
    }
    assert str(key).startswith("1795255199.250000")
    assert update == {
        "schema_version": "1",
        "status": "stored",
        "message_id": f"BTC-USD#{key:.26f}",
        "symbol": "BTC-USD",
        "timestamp": f"{key:.26f}",
        "exchange": "kraken",
        "price": "60000.10",
        "observed_at": "2026-11-21T09:59:59.250000Z",
        "correlation_id": "c-1",
    }


@pytest.mark.requirement("ALL-14")
def test_a_second_webhook_with_the_same_price_is_a_duplicate(endpoint: Endpoint):
    first, second = endpoint.post(WEBHOOK), endpoint.post(WEBHOOK | {"price": 60000.1, "note": "again"})
    assert (first["status"], second["status"]) == ("stored", "duplicate")
    assert first["message_id"] == second["message_id"]
    assert len(endpoint.dynamodb.items()) == 1


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT])
def test_lambdas_next_try_of_the_same_webhook_tells_that_it_was_stored(endpoint: Endpoint, error: Exception):
    event = endpoint.request(WEBHOOK)
    endpoint.dynamodb.fail("put_item", error)
    with pytest.raises((ClientError, BotoCoreError)):
        endpoint.processor.process(event)
    statuses = [endpoint.processor.process(event)["status"] for _ in range(2)]
    assert statuses == ["stored", "stored"]
    assert len(endpoint.dynamodb.items()) == 1


@pytest.mark.requirement("PE-3")
def test_prices_of_one_instant_lie_side_by_side(endpoint: Endpoint):
    for change in ({}, {"exchange": "coinbase"}, {"price": "60000.2"}):
        assert endpoint.post(WEBHOOK | change)["status"] == "stored"
    assert len(endpoint.dynamodb.items()) == 3


@pytest.mark.requirement("PE-3")
def test_no_price_is_written_over_another_even_where_their_keys_agree(endpoint: Endpoint):
    endpoint.post(WEBHOOK)
    (item,) = endpoint.dynamodb.stored.values()
    item["exchange"] = {"S": "coinbase"}
    with pytest.raises(KeyTakenError, match=r"is the price of 'coinbase'; that of 'kraken' was not stored"):
        endpoint.post(WEBHOOK)
    assert endpoint.dynamodb.items()[0]["exchange"] == "coinbase"


@pytest.mark.requirement("ALL-13")
@pytest.mark.parametrize(
    ("body", "secret", "headers"),
    [
        (WEBHOOK, "foreign", {}),
        (WEBHOOK, "coinbase-secret", {}),
        (WEBHOOK | {"exchange": "gemini"}, "kraken-secret", {}),
        (WEBHOOK, None, {"X_Webhook_Signature": ""}),
        (WEBHOOK, None, {"X_Webhook_Timestamp": "1795254899"}),
    ],
)
def test_who_is_not_authentic_is_refused_once_and_for_all(
    endpoint: Endpoint, log: io.StringIO, body: dict[str, Any], secret: str | None, headers: dict[str, str]
):
    update = endpoint.post(body, secret, **headers)
    assert (update["status"], update["correlation_id"]) == ("refused", "c-1")
    assert update.keys() == {"schema_version", "status", "reason", "correlation_id"}
    assert endpoint.dynamodb.items() == []
    assert '"level":"ERROR"' in log.getvalue()
    assert "webhook refused" in log.getvalue()
    assert "-secret" not in log.getvalue()


@pytest.mark.requirement("PE-1", "ALL-13")
def test_how_long_lambda_kept_a_webhook_makes_its_signature_no_older(endpoint: Endpoint):
    event = endpoint.request(WEBHOOK)
    endpoint.clock.advance(hours=6)
    assert endpoint.processor.process(event)["status"] == "stored"
    assert endpoint.dynamodb.items()[0]["received_at"] == "2026-11-21T16:00:00.000000Z"


@pytest.mark.requirement("PE-1", "ALL-14", "ALL-15")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        (WEBHOOK | {"price": 0}, "price"),
        (WEBHOOK | {"price": "-1"}, "price"),
        (WEBHOOK | {"symbol": "bitcoin"}, "symbol"),
        (WEBHOOK | {"timestamp": "2026-11-21T10:05:01Z"}, "timestamp"),
        (WEBHOOK | {"exchange": "unlisted"}, "exchange"),
        (WEBHOOK | {"note": "x" * MAX_BODY_BYTES}, "body"),
        (b"[]", "body"),
    ],
)
def test_what_an_exchange_signed_and_is_no_price_fails_and_so_is_kept(
    endpoint: Endpoint, log: io.StringIO, body: bytes | dict[str, Any], field: str
):
    with pytest.raises(InvalidInputError) as invalid:
        endpoint.post(body)
    assert invalid.value.field == field
    assert "webhook not accepted" in log.getvalue()
    assert endpoint.dynamodb.items() == []


@pytest.mark.requirement("PE-6", "ALL-14")
def test_while_secrets_can_not_be_read_webhooks_fail_and_so_are_tried_again(endpoint: Endpoint):
    for _ in range(2):
        endpoint.kms.fail("decrypt", THROTTLED)
        with pytest.raises(SecretUnavailableError):
            endpoint.post(WEBHOOK)
        # Credentials come first, endpoints second.
        endpoint.kms.failures["decrypt"].insert(0, None)
    endpoint.kms.failures["decrypt"].clear()
    assert endpoint.post(WEBHOOK)["status"] == "stored"


@pytest.mark.requirement("PE-6")
def test_endpoints_are_decrypted_once(endpoint: Endpoint):
    for _ in range(3):
        endpoint.post(WEBHOOK)
    assert endpoint.kms.calls["decrypt"] == 2


@pytest.mark.requirement("PE-6", "ALL-13")
@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("https://api.kraken.example/top-secret", "not of the form"),
        ('{"kraken": 7}', "not of the form"),
        ("{}", "names no exchange"),
        ('{"Kraken!": "https://api.kraken.example/top-secret"}', "'Kraken!' is no exchange"),
        ('{"kraken": "http://api.kraken.example/top-secret"}', "endpoint of 'kraken' is no URL"),
        ('{"kraken": "https:///top-secret"}', "endpoint of 'kraken' is no URL"),
    ],
)
def test_malformed_endpoints_are_told_without_showing_them(
    endpoint: Endpoint, log: io.StringIO, document: str, reason: str
):
    endpoint.kms.secrets["endpoints"] = document
    with pytest.raises(SecretUnavailableError):
        endpoint.post(WEBHOOK)
    assert reason in log.getvalue()
    assert "top-secret" not in log.getvalue()


def test_the_function_processes_events(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(webhook_processor, "processor", endpoint.processor)
    assert webhook_processor.handler(endpoint.request(WEBHOOK), FakeContext())["status"] == "stored"
