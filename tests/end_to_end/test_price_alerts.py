"""From an exchange's webhook to a subscriber's alert, through every part as it is deployed, with IAM enforced."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.paths import CHECKOUT
from services.common.timestamp import utc_text
from services.price_alerts.armed_rules import ArmedRules
from services.price_alerts.domain.rule import Direction
from tests.end_to_end.environment import Done, Environment
from tests.end_to_end.payment_provider import PaymentProvider, signature
from tests.end_to_end.price_alerts import GENERIC, PriceAlerts, Subscriber, armed_item, new_symbol
from tests.measurements import Measure
from tests.unit.services.price_alerts.samples import PAYLOADS
from tests.unit.services.transactions import draft4

SCHEMA = json.loads((CHECKOUT / "services/price_alerts/schemas/price-alert.v1.schema.json").read_text())
STORM = 1_500
# Leaves each invocation five seconds above its reserve: the storm takes several.
HURRIED_TIMEOUT = 15
WEBHOOKS, CLIENTS = 100, 20


@pytest.fixture(scope="module")
def alerts(environment: Environment, first_deployment: Done) -> Iterator[PriceAlerts]:
    assert first_deployment.status == 0
    system = PriceAlerts(environment)
    yield system
    system.subscriber.close()


@pytest.mark.requirement("PA-1", "PA-4", "PA-5", "PA-6", "PA-9", "ALL-14")
def test_a_price_that_reaches_a_rule_is_an_alert_to_the_subscriber(alerts: PriceAlerts) -> None:
    symbol = new_symbol()
    rule = alerts.rules.add("ada", symbol, "above", "70000.5")
    alerts.rules.add("ada", symbol, "above", "70000.51")
    answer = alerts.post(symbol.replace("-", "/").lower(), "70000.50")
    (alert,) = alerts.subscriber.wait_for(1, symbol)
    assert draft4.valid(SCHEMA, alert.body)
    assert (alert.body["alertId"], alert.body["price"]) == (rule.alert_id, "70000.50")
    assert alert.attributes == {
        "message_id": alert.body["message_id"],
        "userId": "ada",
        "symbol": symbol,
        "direction": "above",
        "correlation_id": answer.correlation_id,
        "schema_version": "1",
    }


@pytest.mark.requirement("PA-5", "PA-9")
def test_every_exchanges_own_payload_becomes_an_alert(alerts: PriceAlerts) -> None:
    now = datetime.now(UTC)
    unix = int(now.timestamp() * 1_000_000)
    base = new_symbol().removesuffix("-USD")
    kraken, bitstamp = PAYLOADS["kraken"]["data"][0], PAYLOADS["bitstamp"]["data"]
    webhooks: dict[str, dict[str, Any]] = {
        "coinbase": {"product_id": f"{base}A-USD", "price": "5.00", "time": utc_text(now)},
        "kraken": {"data": [{**kraken, "symbol": f"{base}B/USD", "last": 5.0, "timestamp": utc_text(now)}]},
        "binance": {"s": f"{base}CUSD", "c": "5.00000000", "E": unix // 1000},
        "bitstamp": {
            "channel": f"live_trades_{base.lower()}dusd",
            "data": {**bitstamp, "price": 5, "price_str": "5.000", "microtimestamp": str(unix)},
        },
    }
    for (name, changes), letter in zip(webhooks.items(), "ABCD", strict=True):
        alerts.rules.add("ada", f"{base}{letter}-USD", "below", "5")
        raw = json.dumps(PAYLOADS[name] | changes, default=float).encode()
        assert alerts.exchange(name, f"/{name}").post(raw).status == 202
    for name, letter in zip(webhooks, "ABCD", strict=True):
        (alert,) = alerts.subscriber.wait_for(1, f"{base}{letter}-USD")
        assert (alert.body["exchange"], Decimal(alert.body["price"])) == (name, 5)


@pytest.mark.requirement("PA-4")
def test_a_subscription_can_filter_by_user(alerts: PriceAlerts) -> None:
    symbol = new_symbol()
    filtered = Subscriber(alerts.environment, alerts.topic, FilterPolicy=json.dumps({"userId": ["grace"]}))
    for user in ("ada", "grace"):
        alerts.rules.add(user, symbol, "above", "1")
    alerts.post(symbol, "2")
    alerts.subscriber.wait_for(2, symbol)
    filtered.settle()
    assert [alert.body["userId"] for alert in filtered.of(symbol)] == ["grace"]
    filtered.close()


@pytest.mark.requirement("PA-9", "ALL-14")
def test_copies_of_a_webhook_one_by_one_and_at_once_make_one_alert(alerts: PriceAlerts) -> None:
    symbol = new_symbol()
    alerts.rules.add("ada", symbol, "above", "10")
    exchange = alerts.exchange()
    raw = json.dumps({"exchange": GENERIC, "symbol": symbol, "price": "11"}).encode()
    stamp = str(int(time.time()))
    signed = {"X-Webhook-Timestamp": stamp, "X-Webhook-Signature": signature(exchange.secret, stamp, raw)}
    with ThreadPoolExecutor(10) as pool:
        posted = list(pool.map(lambda _: exchange.post(raw, headers=signed), range(10)))
    assert {answer.status for answer in posted} == {202}
    alerts.subscriber.wait_for(1, symbol)
    assert exchange.post(raw, headers=signed).status == 202
    alerts.post(symbol, "12")
    alerts.evaluated(symbol, 2)
    alerts.subscriber.settle()
    assert len(alerts.subscriber.of(symbol)) == 1
    assert len(alerts.history(symbol)) == 2


@pytest.mark.requirement("PA-7", "PA-9")
def test_a_rule_is_quiet_until_it_is_rearmed_and_the_batch_pass_finds_it_then(alerts: PriceAlerts) -> None:
    symbol = new_symbol()
    early = alerts.rules.add("ada", symbol, "above", "10")
    alerts.post(symbol, "11")
    (first,) = alerts.subscriber.wait_for(1, symbol)
    _wait_until_marked(alerts, early.alert_id)
    late = alerts.rules.add("ada", symbol, "below", "20")
    alerts.rules.rearm("ada", early.alert_id)
    assert alerts.batch_pass()["complete"]
    received = alerts.subscriber.wait_for(3, symbol)
    alerts.subscriber.settle()
    assert [alert.body["alertId"] for alert in received].count(late.alert_id) == 1
    again = [alert.body["message_id"] for alert in received if alert.body["alertId"] == early.alert_id]
    assert (len(again), len(set(again)), again[0]) == (2, 2, first.body["message_id"])


@pytest.mark.requirement("PA-9", "ALL-14")
def test_the_batch_pass_publishes_what_a_killed_worker_had_fired(alerts: PriceAlerts) -> None:
    symbol = new_symbol()
    fired_at = utc_text(datetime.now(UTC) - timedelta(minutes=3))
    item = armed_item(symbol, 1, "10")
    del item["armed_for"]
    fired = {
        "fired_at": fired_at,
        "observed_at": fired_at,
        "exchange": GENERIC,
        "message_id": "0b6d7dd2-8ad5-5a7e-9c55-9a3a4a5f6a01",
        "correlation_id": "killed",
        "fired_by": "killed",
        "unnotified": "7",
    }
    item |= {name: {"S": value} for name, value in fired.items()} | {"price": {"N": "11"}}
    alerts.write_rules([item])
    with ThreadPoolExecutor(2) as pool:
        passes = list(pool.map(lambda _: alerts.batch_pass(), range(2)))
    assert sum(done["notified"] for done in passes) == 1
    alerts.subscriber.wait_for(1, symbol)
    alerts.subscriber.settle()
    (alert,) = alerts.subscriber.of(symbol)
    assert (alert.attributes["message_id"], alert.body["fired_at"]) == (fired["message_id"], fired_at)
    assert "unnotified" not in alerts.item("user-1", f"{symbol}-1")


@pytest.mark.requirement("PA-9", "PA-10")
def test_a_malformed_item_is_disarmed_with_the_reason_and_holds_up_nobody(alerts: PriceAlerts) -> None:
    symbol = new_symbol()
    malformed = armed_item(symbol, 1, "1") | {"direction": {"S": "below"}}
    alerts.write_rules([malformed, armed_item(symbol, 2, "2")])
    alerts.post(symbol, "3")
    (alert,) = alerts.subscriber.wait_for(1, symbol)
    assert alert.body["alertId"] == f"{symbol}-2"
    alerts.evaluated(symbol)
    item = _wait_for_attribute(alerts, "user-1", f"{symbol}-1", "disarmed_because")
    assert "armed_for" not in item
    assert f"{symbol}#below" in item["disarmed_because"]["S"]


@pytest.mark.requirement("ALL-7", "ALL-15", "PA-5")
@pytest.mark.parametrize(
    ("route", "body", "field"),
    [
        ("", {"exchange": GENERIC, "symbol": "BTC-USD"}, "price"),
        ("", {"exchange": GENERIC, "price": "1"}, "symbol"),
        ("", {"symbol": "BTC-USD", "price": "1"}, "exchange"),
        ("", {"exchange": GENERIC, "symbol": "BTC-USD", "price": -1}, ""),
        ("", {"exchange": GENERIC, "symbol": "\u0412TC-USD", "price": 1}, ""),
        ("/coinbase", {"type": "ticker", "product_id": "BTC-USD"}, "price"),
        ("/kraken", {"channel": "ticker", "data": []}, ""),
        ("/binance", {"e": "24hrTicker", "E": 1_795_255_198_933, "s": "BTCUSDT"}, "c"),
        ("/bitstamp", {"event": "trade", "channel": "live_trades_btcusd", "data": {}}, "price"),
    ],
)
def test_what_is_no_price_is_refused_before_any_function_runs(
    alerts: PriceAlerts, route: str, body: dict[str, Any], field: str
) -> None:
    answer = alerts.exchange(route.removeprefix("/") or GENERIC, route).post(body)
    assert (answer.status, field in answer.text) == (400, True), answer.text
    assert answer.correlation_id not in "\n".join(alerts.environment.log("webhook-ingestion"))


@pytest.mark.requirement("ALL-13", "PA-8")
def test_a_webhook_that_its_exchange_has_not_signed_now_is_refused(alerts: PriceAlerts) -> None:
    body = {"exchange": GENERIC, "symbol": new_symbol(), "price": "1"}
    refused = [
        alerts.exchange().post(body, secret="not the secret"),
        alerts.exchange("kraken").post(body),
        alerts.exchange("kraken", "/coinbase").post(json.dumps(PAYLOADS["coinbase"], default=float).encode()),
        alerts.exchange().post(body, age=310),
        alerts.exchange().post(body, headers={"X-Webhook-Signature": None}),
    ]
    assert [answer.status for answer in refused] == [401] * 5
    time.sleep(0.5)
    assert alerts.history(body["symbol"]) == []


@pytest.mark.requirement("PA-8", "ALL-13")
def test_the_credentials_are_ciphertext_that_only_their_own_context_opens(alerts: PriceAlerts) -> None:
    environment = alerts.environment
    name = environment.named("webhook-ingestion")
    configuration = environment.client("lambda").get_function_configuration(FunctionName=name)
    variables = configuration["Environment"]["Variables"]
    for credentials in alerts.credentials.values():
        for secret in (*credentials["webhook_secrets"], credentials.get("api_key")):
            assert not secret or secret not in json.dumps(variables)
            assert not secret or secret not in "\n".join(environment.log("webhook-ingestion"))
    key = alerts.outputs["security"]["price_alerts_key_arn"]
    assert configuration["KMSKeyArn"] == key
    other = environment.named("rule-evaluation")
    assert environment.client("lambda").get_function_configuration(FunctionName=other)["KMSKeyArn"] == key


@pytest.mark.requirement("ALL-14", "PA-9")
def test_of_100_webhooks_from_20_clients_none_is_lost_and_none_is_doubled(
    alerts: PriceAlerts, measure: Measure
) -> None:
    symbol = new_symbol()
    alerts.write_rules(armed_item(symbol, number, str(number)) for number in range(WEBHOOKS))
    exchange = alerts.exchange()

    def post(number: int) -> int:
        # On a machine that is too busy a 503 is right, and its sender sends again.
        statuses = (_post(exchange, symbol, number) for _ in range(5))
        return next((status for status in statuses if status != 503), 503)

    begun = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        assert set(pool.map(post, range(WEBHOOKS))) == {202}
    alerts.evaluated(symbol, WEBHOOKS, seconds=90)
    received = alerts.subscriber.wait_for(WEBHOOKS, symbol)
    measure(f"{WEBHOOKS} prices from {CLIENTS} clients, to the last alert", time.monotonic() - begun)
    alerts.subscriber.settle()
    assert len(received) == len(alerts.subscriber.of(symbol)) == WEBHOOKS
    assert len(alerts.history(symbol)) == WEBHOOKS
    for alert in received:
        assert Decimal(alert.body["price"]) >= Decimal(alert.body["threshold"])


@pytest.mark.requirement("PA-10")
def test_what_a_price_reads_does_not_grow_with_the_rules_that_it_does_not_fire(alerts: PriceAlerts) -> None:
    symbol = new_symbol()
    consumed: list[float] = []
    dynamodb = alerts.environment.client("dynamodb")
    dynamodb.meta.events.register("provide-client-params.dynamodb.Query", _ask_for_consumed_capacity)
    dynamodb.meta.events.register(
        "after-call.dynamodb.Query",
        lambda parsed, **_: consumed.append(parsed["ConsumedCapacity"]["CapacityUnits"]),
    )
    rules = ArmedRules(dynamodb, alerts.rules_table)
    for already, count in ((0, 1_000), (1_000, 10_000)):
        alerts.write_rules(armed_item(symbol, number, str(number)) for number in range(already, count))
        pages = list(rules.reached(symbol, Direction.ABOVE, Decimal(4)))
        assert [[str(rule.threshold) for rule in found] for found, _ in pages] == [["0", "1", "2", "3", "4"]]
    assert consumed == [consumed[0]] * 2


@pytest.fixture
def hurried(alerts: PriceAlerts) -> Iterator[PriceAlerts]:
    """The system while evaluation has little time."""
    client, name = alerts.environment.client("lambda"), alerts.environment.named("rule-evaluation")
    timeout = client.get_function_configuration(FunctionName=name)["Timeout"]
    client.update_function_configuration(FunctionName=name, Timeout=HURRIED_TIMEOUT)
    yield alerts
    client.update_function_configuration(FunctionName=name, Timeout=timeout)


@pytest.mark.requirement("PA-9", "ALL-14")
def test_a_storm_is_handed_on_until_every_rule_has_fired_once(hurried: PriceAlerts, measure: Measure) -> None:
    alerts, symbol = hurried, new_symbol()
    alerts.write_rules(armed_item(symbol, number, str(number)) for number in range(STORM))
    begun = time.monotonic()
    alerts.post(symbol, str(STORM))
    _outlast(alerts, symbol, STORM, seconds=300)
    measure(f"{STORM} rules fired by one price, to the last alert", time.monotonic() - begun)
    alerts.subscriber.settle(2)
    log = alerts.environment.log("rule-evaluation")
    # Only an invocation that this machine was too slow for may have published without marking.
    assert len(alerts.subscriber.of(symbol)) == STORM or any("Task timed out" in line for line in log)
    assert len(alerts.history(symbol)) == 1
    assert [line for line in log if symbol in line and '"complete":false' in line]


def _outlast(alerts: PriceAlerts, symbol: str, count: int, seconds: float) -> None:
    """Waits for so many different alerts, with a batch pass whenever nothing comes for a while."""
    end = time.monotonic() + seconds
    came = time.monotonic()
    while (found := len({alert.body["message_id"] for alert in alerts.subscriber.of(symbol)})) < count:
        assert time.monotonic() < end, f"{found} of {count} alerts for {symbol} came"
        if alerts.subscriber.take():
            came = time.monotonic()
        elif time.monotonic() - came > 20:
            alerts.batch_pass()
            came = time.monotonic()
        else:
            time.sleep(0.05)


def _post(exchange: PaymentProvider, symbol: str, number: int) -> int:
    return exchange.post({"exchange": GENERIC, "symbol": symbol, "price": f"{number}.5"}).status


def _ask_for_consumed_capacity(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {**params, "ReturnConsumedCapacity": "TOTAL"}


def _wait_until_marked(alerts: PriceAlerts, alert_id: str) -> None:
    _wait_for_attribute(alerts, "ada", alert_id, "notified_at")


def _wait_for_attribute(alerts: PriceAlerts, user_id: str, alert_id: str, name: str) -> dict[str, Any]:
    end = time.monotonic() + 20
    while name not in (item := alerts.item(user_id, alert_id)):
        assert time.monotonic() < end, f"{alert_id} has no {name}"
        time.sleep(0.1)
    return item


def test_a_blob_under_another_context_is_refused(alerts: PriceAlerts) -> None:
    kms = alerts.environment.client("kms")
    blob = kms.encrypt(
        KeyId=alerts.outputs["security"]["price_alerts_key_arn"],
        Plaintext=b"{}",
        EncryptionContext={"secret": "another"},
    )["CiphertextBlob"]
    with pytest.raises(ClientError):
        alerts.environment.client("kms", role="webhook-ingestion").decrypt(
            CiphertextBlob=blob, EncryptionContext={"secret": "another"}
        )
