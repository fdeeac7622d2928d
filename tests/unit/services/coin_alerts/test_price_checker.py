import io
import os
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from services.coin_alerts import price_checker
from services.coin_alerts.endpoint import Answer, UnreachableError
from services.common.environment import MissingVariableError
from tests.unit.services.coin_alerts.alerts_store import ALERTS, WATCH
from tests.unit.services.coin_alerts.conftest import COIN_ALERTS
from tests.unit.services.coin_alerts.market import Market
from tests.unit.services.fakes import START, THROTTLED, FakeContext

FAILING = Answer(500, b"")


def armed(market: Market, alert: str, coin: str = "BTC", condition: str = "above", threshold: int = 100) -> None:
    market.store.write("u", alert, coinSymbol=coin, condition=condition, threshold=threshold)
    market.settle()


@pytest.mark.requirement("CA-4")
@pytest.mark.parametrize(
    ("condition", "price", "triggers"),
    [
        ("above", "100.01", True),
        ("above", "100.00", False),
        ("above", "99.99", False),
        ("below", "99.99", True),
        ("below", "100.00", False),
        ("below", "100.01", False),
    ],
)
def test_a_price_strictly_beyond_the_threshold_triggers(market: Market, condition: str, price: str, triggers: bool):
    armed(market, "a", condition=condition)
    assert market.minute(BTC=price)["triggered"] == triggers
    assert market.notified() == ["u/a"] * triggers


@pytest.mark.requirement("CA-4", "ALL-15")
def test_the_write_that_triggers_carries_the_price(market: Market):
    armed(market, "a")
    market.prices = {"BTC": "67187.33000000"}
    market.check()
    item = market.store.item("u", "a")
    assert item["triggered_for"] == "BTC#above"
    assert item["triggered_at"] == "2026-11-21T10:00:00.000000Z"
    assert "armed_for" not in item
    market.settle()
    assert market.bodies()[0]["price"] == "67187.33000000"
    assert market.bodies()[0]["message"] == "BTC is at 67187.33000000 USDT, above your threshold of 100 USDT."


@pytest.mark.requirement("CA-4")
def test_a_triggered_alert_is_quiet_until_its_terms_are_set_again(market: Market):
    armed(market, "a")
    for price in ("101", "99", "101"):
        market.minute(BTC=price)
    assert market.notified() == ["u/a"]
    market.store.change("u", "a", threshold=90)
    market.settle()
    market.minute(BTC="101")
    assert market.notified() == ["u/a", "u/a"]
    assert [body["threshold"] for body in market.bodies()] == ["100", "90"]


@pytest.mark.requirement("CA-7")
def test_one_call_serves_all_coins_and_only_triggered_alerts_are_read(market: Market):
    for number in range(40):
        armed(market, f"btc-{number}", threshold=100 + number)
        armed(market, f"eth-{number}", coin="ETH", condition="below", threshold=number)
    market.store.read = 0
    outcome = market.minute(BTC="103", ETH="37")
    assert (outcome["coins"], outcome["triggered"]) == (2, 3 + 2)
    assert len(market.calls) == 1
    read = market.store.read - 2
    assert read == 5, "beside the two coins, just what was triggered"


@pytest.mark.requirement("CA-7")
def test_nobody_waiting_is_no_call(market: Market):
    assert market.minute()["coins"] == 0
    assert market.calls == []


@pytest.mark.requirement("CA-4")
def test_an_alert_with_new_terms_is_not_triggered_by_its_old_ones(market: Market):
    armed(market, "a")
    armed(market, "b")
    market.store.change("u", "a", threshold=200)
    market.store.change("u", "b", threshold={"S": "nonsense"})
    market.prices = {"BTC": "150"}
    assert market.check()["triggered"] == 0
    market.settle()
    market.minute(BTC="150")
    assert market.notified() == []


@pytest.mark.requirement("CA-4")
def test_an_index_that_is_behind_triggers_nothing_twice(market: Market):
    armed(market, "a")
    behind = dict(market.store.tables[ALERTS])
    market.minute(BTC="101")
    market.store.stale[ALERTS] = behind
    assert market.minute(BTC="101") | {"coins": 0} == {
        "coins": 0,
        "triggered": 0,
        "touched": 0,
        "failed": 0,
        "complete": True,
    }
    assert market.notified() == ["u/a"]


@pytest.mark.requirement("CA-2", "CA-4")
def test_a_write_that_fails_is_done_by_the_next_pass(market: Market, log: io.StringIO):
    armed(market, "a")
    armed(market, "b")
    market.store.fail("update_item", THROTTLED)
    assert (market.minute(BTC="101")["triggered"], market.minute(BTC="101")["triggered"]) == (1, 1)
    assert sorted(market.notified()) == ["u/a", "u/b"]
    assert "alert not triggered; the next pass tries again" in log.getvalue()


@pytest.mark.requirement("CA-2")
def test_a_coin_without_a_price_keeps_no_other_from_its_own(market: Market, log: io.StringIO):
    for coin in ("BTC", "ETH", "NOPE"):
        armed(market, coin, coin=coin)
    market.minute(BTC="101", ETH="NaN")
    assert market.notified() == ["u/BTC"]
    assert log.getvalue().count('"no price"') == 2


@pytest.mark.requirement("CA-4", "ALL-14")
def test_a_triggered_alert_that_the_stream_lost_is_touched_and_notified(market: Market):
    armed(market, "a")
    market.prices = {"BTC": "101"}
    market.check()
    market.position = len(market.store.stream)
    for _ in range(5):
        assert market.minute(BTC="101")["touched"] == 0, "the stream has five minutes for it"
    market.clock.advance(seconds=1)
    assert market.minute(BTC="101")["touched"] == 1
    assert market.notified() == ["u/a"]
    assert market.minute(BTC="101")["touched"] == 0


@pytest.mark.requirement("CA-4")
def test_an_alert_is_touched_again_only_after_another_five_minutes(market: Market):
    armed(market, "a")
    market.prices = {"BTC": "101"}
    market.check()
    touched = []
    for _ in range(12):
        market.clock.advance(minutes=1)
        touched.append(market.check()["touched"])
    assert [minute for minute, count in enumerate(touched, 1) if count] == [6, 12]


@pytest.mark.requirement("CA-4")
def test_two_passes_at_once_touch_an_alert_once(market: Market):
    armed(market, "a")
    market.prices = {"BTC": "101"}
    market.check()
    market.clock.advance(minutes=6)
    market.store.stale[ALERTS] = dict(market.store.tables[ALERTS])
    assert (market.check()["touched"], market.check()["touched"]) == (1, 0)


@pytest.mark.requirement("CA-4")
def test_touching_needs_no_exchange(market: Market, log: io.StringIO):
    armed(market, "a")
    market.prices = {"BTC": "101"}
    market.check()
    market.clock.advance(minutes=6)
    market.answers = [FAILING] * 4
    market.store.fail("update_item", THROTTLED)
    assert market.check()["touched"] == 0
    assert "alert not touched" in log.getvalue()
    market.answers = [FAILING] * 4
    assert market.check()["touched"] == 1


@pytest.mark.requirement("CA-4")
def test_a_touch_that_comes_too_late_changes_nothing(market: Market):
    armed(market, "a")
    market.prices = {"BTC": "101"}
    market.check()
    behind = dict(market.store.tables[ALERTS])
    market.settle()
    market.clock.advance(minutes=6)
    market.store.stale[ALERTS] = behind
    assert market.check()["touched"] == 0


@pytest.mark.requirement("CA-2")
def test_a_pass_that_runs_out_of_time_is_finished_by_the_next(market: Market, log: io.StringIO):
    for number in range(120):
        market.store.write("u", f"a-{number:03}", coinSymbol="BTC", condition="above", threshold=number)
    armed(market, "eth", coin="ETH", threshold=1)
    market.prices = {"BTC": "1000", "ETH": "2"}
    before = len(market.store.stream)
    cut = market.check(lambda: 60_000 if len(market.store.stream) == before else 14_999)
    assert (cut["triggered"], cut["complete"]) == (51, False), "a page of each coin, in turn"
    assert "pass cut short" in log.getvalue()
    rest = market.check()
    assert (rest["triggered"], rest["complete"]) == (70, True)
    market.settle()
    assert len(market.notified()) == len(set(market.notified())) == 121


@pytest.mark.requirement("CA-2")
def test_a_failing_exchange_is_asked_again_and_then_left_for_the_next_pass(market: Market, log: io.StringIO):
    armed(market, "a")
    market.answers = [FAILING, UnreachableError("no whole answer"), Answer(200, b"<html>"), FAILING]
    outcome = market.minute(BTC="101")
    assert (outcome["triggered"], outcome["complete"]) == (0, False)
    assert len(market.calls) == 4
    assert market.slept == [0.25, 0.5, 1.0]
    assert "the exchange answered 500" in log.getvalue()
    assert market.minute(BTC="101")["triggered"] == 1


@pytest.mark.requirement("CA-2")
def test_a_circuit_stops_hammering_an_exchange_that_is_down_and_tries_it_by_single_calls(market: Market):
    armed(market, "a")
    market.answers = [FAILING] * 99
    calls = []
    for _ in range(10):
        before = len(market.calls)
        market.minute()
        calls.append(len(market.calls) - before)
    assert calls == [4, 4, 4, 0, 1, 0, 0, 0, 1, 0]
    market.answers = []
    market.clock.advance(minutes=15)
    assert market.minute(BTC="101")["triggered"] == 1
    circuit = next(item for item in market.store.items(WATCH) if item["entry"] == "circuit")
    assert (circuit["failures"], circuit["open_until"]) == (0, True)
    writes = market.store.calls["update_item"]
    market.minute(BTC="101")
    assert market.store.calls["update_item"] == writes, "a circuit that stays closed is not written again"


@pytest.mark.requirement("CA-2")
@pytest.mark.parametrize("status", [429, 418, 503])
def test_a_wait_that_is_asked_for_is_honoured_across_passes(market: Market, status: int):
    armed(market, "a")
    market.answers = [Answer(status, b"", "150")]
    market.minute(BTC="101")
    assert (len(market.calls), market.slept) == (1, [])
    market.minute(BTC="101")
    market.minute(BTC="101")
    assert len(market.calls) == 1
    assert market.minute(BTC="101")["triggered"] == 1


@pytest.mark.requirement("CA-7")
def test_a_coin_that_nobody_waits_for_any_longer_is_let_go_after_an_hour(market: Market):
    armed(market, "a")
    armed(market, "eth", coin="ETH")
    market.minute(BTC="101", ETH="1")
    for _ in range(59):
        market.minute(ETH="1")
    assert market.watched() == ["BTC", "ETH"]
    market.minute(ETH="1")
    assert market.watched() == ["ETH"]
    (eth,) = (item for item in market.store.items(WATCH) if item["entry"] == "coin#ETH")
    assert eth["registered_at"] > "2026-11-21T11:00:00", "it is asked again in an hour"


@pytest.mark.requirement("CA-7")
def test_a_coin_that_is_armed_anew_while_it_is_let_go_stays(market: Market):
    armed(market, "a")
    market.minute(BTC="101")
    market.clock.advance(hours=2)
    watch = market.checker.watch
    (coin,) = watch.read().coins
    assert coin.due(market.clock())
    armed(market, "b")
    assert watch.deregister(coin) is False
    assert market.watched() == ["BTC"]


def test_letting_go_waits_for_a_pass_with_time(market: Market):
    armed(market, "a")
    market.minute(BTC="101")
    market.clock.advance(hours=2)
    market.check(lambda: 10)
    assert market.watched() == ["BTC"]
    market.check()
    assert market.watched() == []


def test_an_error_while_letting_go_ends_the_pass(market: Market):
    armed(market, "a")
    market.minute(BTC="101")
    market.clock.advance(hours=2)
    market.store.fail("delete_item", THROTTLED)
    with pytest.raises(type(THROTTLED)):
        market.check()


def test_the_handler_runs_a_pass(market: Market):
    armed(market, "a")
    market.prices = {"BTC": "101"}
    with mock.patch.object(price_checker, "checker", market.checker):
        outcome = price_checker.handler({}, FakeContext())  # pyright: ignore[reportArgumentType]
    assert outcome["triggered"] == 1


class FakeKms:
    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    def decrypt(self, **request: Any) -> dict[str, bytes]:
        self.requests.append(request)
        return {"Plaintext": b"http://127.0.0.1:1/ticker?key=k"}


@pytest.mark.requirement("CA-2", "CA-5", "ALL-13")
def test_the_endpoint_is_decrypted_once_under_its_own_context():
    kms = FakeKms()
    with (
        mock.patch.dict(os.environ, COIN_ALERTS),
        mock.patch.object(price_checker, "kms_client", return_value=kms),
    ):
        composed = price_checker.compose(COIN_ALERTS)
    assert kms.requests == [], "nothing heavy while the module is loaded"
    for _ in range(2):
        with pytest.raises(UnreachableError):
            composed.exchange.fetch(0.2)
    (request,) = kms.requests
    assert request["CiphertextBlob"] == b"ciphertext"
    assert request["EncryptionContext"] == {
        "environment": "unit",
        "system": "coin-alerts",
        "secret": "exchange-endpoint",
    }
    assert composed.clock() - START > timedelta(days=-3650)
    with pytest.raises(MissingVariableError, match="EXCHANGE_ENDPOINT_CIPHERTEXT"):
        price_checker.compose({**COIN_ALERTS, "EXCHANGE_ENDPOINT_CIPHERTEXT": ""})
