"""From an alert that an app writes to what a subscriber is told, through every part as it is deployed, IAM enforced."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.paths import CHECKOUT
from tests.end_to_end.coin_alerts import CHECKER, PROCESSOR, CoinAlerts, alert, new_coin, new_user
from tests.end_to_end.environment import Done, Environment
from tests.measurements import Measure
from tests.unit.services.transactions import draft4

SCHEMA = json.loads((CHECKOUT / "services/coin_alerts/schemas/price-alert.v1.schema.json").read_text())
STORM = 300


@pytest.fixture(scope="module")
def alerts(environment: Environment, first_deployment: Done) -> Iterator[CoinAlerts]:
    assert first_deployment.status == 0
    system = CoinAlerts(environment)
    yield system
    system.subscriber.close()


@pytest.fixture
def exchange(alerts: CoinAlerts) -> Iterator[CoinAlerts]:
    """The system with an exchange that may be told to fail."""
    yield alerts
    alerts.exchange()
    alerts.close_circuit()


@pytest.mark.requirement("CA-1", "CA-2", "CA-3", "CA-4", "CA-7", "ALL-14")
def test_an_alert_is_armed_told_once_and_quiet_until_its_terms_are_set_again(alerts: CoinAlerts) -> None:
    user, coin, other = new_user(), new_coin(), new_coin()
    alerts.exchange(prices={coin: "100", other: "5"})
    written = {
        "above": alert(coin, "above", "100"),
        "below": alert(coin.lower(), "below", "100", "S"),
        "other": alert(other, "below", "4.5"),
        "wrong": alert(coin, "above", "-1"),
    }
    alerts.write(user, written)
    armed = alerts.all_have(user, "revision")
    assert armed["above"]["armed_for"] == {"S": f"{coin}#above"}
    assert armed["below"]["armed_for"] == {"S": f"{coin}#below"}
    assert armed["wrong"]["refused"]["S"].startswith("threshold is '-1'")
    assert alerts.check()["complete"]
    assert all("armed_for" in armed[name] for name in ("above", "below", "other")), "at its threshold none is met"

    alerts.exchange(prices={coin: "100.00000001", other: "4"})
    alerts.check()
    told = {one.body["alert_id"]: one for one in alerts.told(user, 2)}
    assert told.keys() == {"above", "other"}
    above = told["above"]
    assert draft4.valid(SCHEMA, above.body)
    assert (above.body["price"], above.body["threshold"]) == ("100.00000001", "100")
    assert above.attributes == {
        "message_id": armed["above"]["revision"]["S"],
        "userId": user,
        "coinSymbol": coin,
        "condition": "above",
        "correlation_id": above.body["correlation_id"],
        "schema_version": "1",
    }

    alerts.check()
    alerts.change(user, "above", "threshold", {"N": "99"})
    alerts.all_have(user, "armed_for", "above")
    alerts.check()
    alerts.exchange(prices={coin: "99.9"})
    alerts.check()
    alerts.told(user, 3)
    alerts.all_have(user, "notified_at", "above", "below", "other")
    alerts.subscriber.settle()
    assert sorted(one.body["alert_id"] for one in alerts.of(user)) == ["above", "above", "below", "other"]
    assert len({one.body["message_id"] for one in alerts.of(user)}) == 4


@pytest.mark.requirement("CA-4", "ALL-14")
def test_a_storm_is_told_once_each_though_passes_run_at_once(alerts: CoinAlerts, measure: Measure) -> None:
    user, coin = new_user(), new_coin()
    alerts.exchange(prices={coin: "1"})
    alerts.write(user, {f"{number:04}": alert(coin, "above", str(10 + number)) for number in range(STORM)})
    alerts.all_have(user, "armed_for", seconds=120)
    alerts.exchange(prices={coin: str(10 + STORM)})
    begun = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        passes = [pool.submit(alerts.check) for _ in range(2)]
    assert sum(one.result()["triggered"] for one in passes) <= STORM
    alerts.all_have(user, "triggered_at")
    assert len(alerts.told(user, STORM, seconds=120)) == STORM
    measure(f"a storm of {STORM} alerts, from the price to the last notification", time.monotonic() - begun)
    alerts.all_have(user, "notified_at")
    alerts.subscriber.settle()
    assert len(alerts.of(user)) == STORM


@pytest.mark.requirement("CA-2")
def test_an_exchange_that_fails_is_asked_again_and_one_that_asks_for_quiet_is_left_alone(exchange: CoinAlerts) -> None:
    user, coin, odd = new_user(), new_coin(), new_coin()
    exchange.write(user, {"a": alert(coin, "above", "1"), "odd": alert(odd, "above", "1")})
    exchange.all_have(user, "armed_for")
    exchange.exchange(prices={coin: "1", odd: "NaN"}, status=500, times=1)
    assert exchange.check()["complete"], "asked again within the pass"

    exchange.exchange(prices={coin: "2"}, status=429, retry_after="3600", times=1)
    assert not exchange.check()["complete"]
    asked = exchange.exchange()["calls"]
    left_alone = exchange.check()
    assert (left_alone["triggered"], left_alone["failed"], left_alone["complete"]) == (0, 0, False)
    assert exchange.exchange()["calls"] == asked

    exchange.close_circuit()
    exchange.check()
    assert [one.body["alert_id"] for one in exchange.told(user, 1)] == ["a"]


@pytest.mark.requirement("CA-4", "ALL-14")
def test_a_triggered_alert_that_was_never_told_is_touched_and_told(alerts: CoinAlerts) -> None:
    user, coin = new_user(), new_coin()
    alerts.exchange(prices={coin: "1"})
    alerts.write(user, {"lost": alert(coin, "above", "1")})
    alerts.all_have(user, "armed_for")
    mapping = _mapping(alerts)
    client = alerts.environment.client("lambda")
    client.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        alerts.exchange(prices={coin: "2"})
        alerts.check()
        lost = alerts.all_have(user, "unnotified")["lost"]
        assert "notified_at" not in lost
        # As after more than five minutes.
        alerts.change(user, "lost", "touch_after", {"S": "2026-01-01T00:00:00.000000Z"})
        assert alerts.check()["touched"] >= 1
        assert alerts.all_have(user, "unnotified")["lost"]["touch_after"]["S"] > "2026-01-02"
    finally:
        client.update_event_source_mapping(UUID=mapping, Enabled=True)
    alerts.told(user, 1)
    alerts.all_have(user, "notified_at")
    alerts.subscriber.settle()
    assert len(alerts.of(user)) == 1


@pytest.mark.requirement("CA-5", "ALL-13")
def test_the_endpoint_is_nowhere_to_be_read(alerts: CoinAlerts) -> None:
    name = alerts.environment.named(CHECKER)
    variables = alerts.environment.client("lambda").get_function_configuration(FunctionName=name)["Environment"]
    assert "EXCHANGE_ENDPOINT_CIPHERTEXT" in variables["Variables"]
    assert "_exchange" not in json.dumps(variables)
    assert not [
        line for function in (CHECKER, PROCESSOR) for line in alerts.environment.log(function) if "_exchange" in line
    ]


@pytest.mark.requirement("CA-6", "ALL-12")
def test_the_outputs_say_where_everything_is(alerts: CoinAlerts) -> None:
    said = {key: value for outputs in alerts.outputs.values() for key, value in outputs.items()}
    for key in (
        "crypto_alerts_table_name",
        "crypto_alerts_table_arn",
        "price_alerts_topic_arn",
        "price_checker_function_name",
        "price_checker_function_arn",
        "alert_processor_function_name",
        "alert_processor_function_arn",
        "crypto_alerts_key_id",
        "price_checker_rule_name",
    ):
        assert said[key], key


def _mapping(alerts: CoinAlerts) -> str:
    client = alerts.environment.client("lambda")
    name = alerts.environment.named(PROCESSOR)
    (mapping,) = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    return mapping["UUID"]
