import io
import os
from typing import Any
from unittest import mock

import pytest

from services.coin_alerts import alert_processor
from services.common.batch_read import UnreadError
from services.common.environment import MissingVariableError
from tests.unit.services.coin_alerts.alerts_store import ALERTS, WATCH
from tests.unit.services.coin_alerts.conftest import COIN_ALERTS
from tests.unit.services.coin_alerts.market import Market
from tests.unit.services.fakes import START, THROTTLED, TIMED_OUT, FakeContext, message_id

ALERT: dict[str, Any] = {"coinSymbol": "BTC", "threshold": 70000, "condition": "above"}


def written(market: Market, *alerts: str, **change: Any) -> None:
    for alert in alerts:
        market.store.write("u", alert, **ALERT | change)


def triggered(market: Market, *alerts: str) -> None:
    """Writes alerts, arms them, and lets a price trigger them; what the stream makes of it is still to come."""
    written(market, *alerts)
    market.settle()
    market.prices = {"BTC": "70001"}
    market.check()


@pytest.mark.requirement("CA-3")
def test_an_alert_in_the_plain_shape_is_armed_and_its_coin_watched(market: Market):
    written(market, "a", coinSymbol="btc", threshold="70000.50")
    assert market.stream() == []
    item = market.store.item("u", "a")
    assert (item["armed_for"], str(item["armed_threshold"])) == ("BTC#above", "70000.50")
    assert (item["coinSymbol"], item["threshold"]) == ("btc", "70000.50"), "what the writer wrote is the writer's"
    assert (item["revision"], item["armed_at"]) == ("revision-1", "2026-11-21T10:00:00.000000Z")
    assert market.watched() == ["BTC"]


@pytest.mark.requirement("CA-3", "ALL-14")
def test_the_systems_own_marks_come_to_rest(market: Market):
    triggered(market, "a")
    market.settle()
    assert [record["eventName"] for record in market.store.stream] == ["INSERT", "MODIFY", "MODIFY", "MODIFY"]
    assert market.store.item("u", "a")["revision"] == "revision-1"


@pytest.mark.requirement("CA-3")
@pytest.mark.parametrize(
    ("change", "armed_for"),
    [({"coinSymbol": "ETH"}, "ETH#above"), ({"threshold": 70001}, "BTC#above"), ({"condition": "below"}, "BTC#below")],
)
def test_new_terms_arm_an_alert_anew(market: Market, change: dict[str, Any], armed_for: str):
    triggered(market, "a")
    market.settle()
    market.store.change("u", "a", **change)
    market.settle()
    item = market.store.item("u", "a")
    assert (item["armed_for"], item["revision"]) == (armed_for, "revision-2")
    assert not item.keys() & {"triggered_for", "triggered_at", "triggered_price", "notified_at", "unnotified"}


@pytest.mark.requirement("CA-3")
def test_other_attributes_are_their_writers_and_change_nothing(market: Market):
    triggered(market, "a")
    market.settle()
    market.store.change("u", "a", note="mine")
    market.settle()
    assert "armed_for" not in market.store.item("u", "a")
    assert market.notified() == ["u/a"]


@pytest.mark.requirement("CA-3")
def test_an_alert_that_is_replaced_whole_is_a_new_alert(market: Market):
    triggered(market, "a")
    market.settle()
    written(market, "a")
    market.settle()
    assert market.store.item("u", "a")["armed_for"] == "BTC#above"


@pytest.mark.requirement("CA-3")
def test_an_image_of_the_past_arms_nothing(market: Market):
    written(market, "a")
    market.store.change("u", "a", threshold=80000)
    market.settle()
    assert market.store.item("u", "a")["armed_threshold"] == 80000
    market.stream(start=0)
    assert market.store.item("u", "a")["revision"] == "revision-2", "a record that comes again finds it armed"


@pytest.mark.requirement("CA-3")
def test_terms_that_were_changed_and_changed_back_are_armed_again(market: Market):
    triggered(market, "a")
    market.settle()
    market.store.change("u", "a", threshold=80000)
    market.store.change("u", "a", threshold=70000)
    market.settle()
    assert market.store.item("u", "a")["armed_threshold"] == 70000
    assert market.store.item("u", "a")["armed_for"] == "BTC#above"


@pytest.mark.requirement("CA-3")
def test_a_deleted_alert_is_not_created_anew(market: Market):
    written(market, "a")
    market.store.write("u", "b", note="no terms at all")
    for alert in ("a", "b"):
        market.store.delete_item(TableName=ALERTS, Key={"userId": {"S": "u"}, "alertId": {"S": alert}})
    market.settle()
    assert market.store.items(ALERTS) == []


@pytest.mark.requirement("CA-3", "ALL-15")
def test_a_malformed_alert_bears_the_reason_and_holds_up_no_other(market: Market, log: io.StringIO):
    written(market, "bad", threshold=-1)
    market.store.write("u", "bare", coinSymbol="BTC")
    market.store.write("u\0", "a", **ALERT)
    written(market, "good")
    market.settle()
    assert market.store.item("u", "bad")["refused"].startswith("threshold is '-1'; allowed is a number from 0")
    assert market.store.item("u", "bare")["refused"].startswith("threshold is missing")
    assert market.store.item("u\0", "a")["refused"].startswith("userId is")
    assert market.store.item("u", "good")["armed_for"] == "BTC#above"
    assert log.getvalue().count('"alert refused"') == 3
    market.store.change("u", "bad", threshold=5)
    market.settle()
    assert market.store.item("u", "bad")["armed_threshold"] == 5
    assert "refused" not in market.store.item("u", "bad")


@pytest.mark.requirement("CA-3")
def test_an_armed_alert_whose_terms_become_malformed_is_armed_no_more(market: Market):
    written(market, "a")
    market.settle()
    market.store.change("u", "a", condition="sideways")
    market.settle()
    assert "armed_for" not in market.store.item("u", "a")
    assert market.minute(BTC="99999")["triggered"] == 0


@pytest.mark.requirement("CA-3", "ALL-14")
def test_an_alert_whose_record_was_lost_is_armed_when_anything_touches_it(market: Market):
    written(market, "a")
    market.position = len(market.store.stream)
    market.store.change("u", "a", note="touched")
    market.settle()
    assert market.store.item("u", "a")["armed_for"] == "BTC#above"


@pytest.mark.requirement("CA-3", "CA-4")
def test_a_triggered_alert_is_published_once_and_marked(market: Market):
    triggered(market, "a")
    market.settle()
    (message,) = market.sns.published
    assert message_id(message) == "revision-1"
    assert message["Subject"] == "BTC is above 70000 USDT"
    assert message["MessageStructure"] == "json"
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes == {
        "message_id": "revision-1",
        "userId": "u",
        "coinSymbol": "BTC",
        "condition": "above",
        "correlation_id": "invocation-1",
        "schema_version": "1",
    }
    item = market.store.item("u", "a")
    assert item["notified_at"] == "2026-11-21T10:00:00.000000Z"
    assert not item.keys() & {"unnotified", "touch_after", "armed_for"}


@pytest.mark.requirement("ALL-14")
def test_a_record_that_comes_again_is_not_published_again(market: Market):
    triggered(market, "a")
    market.settle()
    market.stream(start=0)
    assert market.notified() == ["u/a"]


@pytest.mark.requirement("ALL-14")
def test_what_was_not_published_is_reported_and_comes_again(market: Market):
    triggered(market, "a", "b")
    market.sns.refused = {"revision-2"}
    last = market.store.stream[-1]["dynamodb"]["SequenceNumber"]
    assert market.stream() == [last]
    assert market.notified() == ["u/a"]
    market.sns.refused = set()
    market.settle()
    assert sorted(market.notified()) == ["u/a", "u/b"]


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT])
def test_no_error_of_the_topic_loses_a_notification(market: Market, error: Exception, log: io.StringIO):
    triggered(market, "a")
    market.sns.fail("publish_batch", error)
    assert market.stream() != []
    market.settle()
    assert market.notified() == ["u/a"]
    assert "batch not published" in log.getvalue()


@pytest.mark.requirement("ALL-14")
def test_a_second_copy_needs_a_mark_that_failed_and_has_the_same_id(market: Market, log: io.StringIO):
    triggered(market, "a")
    market.store.fail("update_item", THROTTLED)
    assert market.stream() != []
    assert "a second copy may follow" in log.getvalue()
    market.settle()
    assert [message_id(message) for message in market.sns.published] == ["revision-1", "revision-1"]
    assert "unnotified" not in market.store.item("u", "a")


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("written_before_it_fails", [0, 1], ids=["registering", "arming"])
def test_an_error_while_arming_is_reported_and_tried_again(market: Market, written_before_it_fails: int):
    written(market, "a")
    market.store.fail("update_item", *[None] * written_before_it_fails, THROTTLED)
    assert market.stream() == ["0".zfill(21)]
    assert "armed_for" not in market.store.item("u", "a")
    market.settle()
    assert market.store.item("u", "a")["armed_for"] == "BTC#above"
    assert market.watched() == ["BTC"]


@pytest.mark.requirement("CA-7", "ALL-14")
def test_a_coin_is_watched_before_an_alert_for_it_is_armed(market: Market):
    written(market, "a")
    market.store.fail("update_item", None, TIMED_OUT)
    market.stream()
    assert market.watched() == ["BTC"]
    assert "armed_for" not in market.store.item("u", "a")


@pytest.mark.requirement("ALL-14")
def test_an_alert_is_not_armed_anew_before_it_is_notified(market: Market):
    triggered(market, "a")
    market.store.change("u", "a", threshold=80000)
    market.sns.fail("publish_batch", THROTTLED)
    assert len(market.stream()) == 2, "the record that triggered it, and the one with the new terms"
    assert "armed_for" not in market.store.item("u", "a")
    market.settle()
    assert [body["threshold"] for body in market.bodies()] == ["70000"]
    assert market.store.item("u", "a")["armed_threshold"] == 80000


@pytest.mark.requirement("ALL-14")
def test_what_the_table_leaves_unread_is_asked_for_again(market: Market):
    triggered(market, "a", "b")
    market.store.left_unprocessed = 1
    market.settle()
    assert sorted(market.notified()) == ["u/a", "u/b"]


@pytest.mark.requirement("ALL-14")
def test_a_table_that_tells_nothing_fails_the_batch(market: Market):
    triggered(market, "a")
    market.store.left_unprocessed = 99
    with pytest.raises(UnreadError, match="5 attempts"):
        market.stream()


@pytest.mark.requirement("CA-3")
@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"revision": 7},
        {"revision": "r", "correlation_id": "c", "triggered_for": "BTC#above", "armed_threshold": 1},
        {
            "revision": "r",
            "correlation_id": "c",
            "triggered_for": "BTC#above",
            "armed_threshold": 1,
            "triggered_price": 2,
            "triggered_at": "yesterday",
        },
    ],
)
def test_a_forged_trigger_is_reported_and_given_up(market: Market, log: io.StringIO, forged: dict[str, Any]):
    triggered(market, "a")
    written(market, "forged", unnotified="0", **forged)
    market.settle()
    assert market.notified() == ["u/a"]
    assert "alert can't be notified" in log.getvalue()
    assert "unnotified" not in market.store.item("u", "forged")


def test_a_coin_is_registered_once_a_batch(market: Market):
    written(market, *"abcde")
    market.stream()
    assert market.store.calls["update_item"] == 1 + 5
    assert market.store.items(WATCH)[0]["registered_at"] == "2026-11-21T10:00:00.000000Z"


def test_the_handler_answers_a_stream_event_with_the_failures(market: Market):
    written(market, "a")
    with mock.patch.object(alert_processor, "processor", market.processor):
        answer = alert_processor.handler({"Records": market.store.stream}, FakeContext())  # pyright: ignore[reportArgumentType]
    assert answer == {"batchItemFailures": []}


def test_the_function_is_composed_from_its_environment():
    with mock.patch.dict(os.environ, COIN_ALERTS):
        composed = alert_processor.compose(COIN_ALERTS)
    assert composed.new_revision() != composed.new_revision()
    assert composed.clock().tzinfo is START.tzinfo
    with pytest.raises(MissingVariableError, match="set PRICE_ALERTS_TOPIC_ARN in the function's environment"):
        alert_processor.compose({**COIN_ALERTS, "PRICE_ALERTS_TOPIC_ARN": ""})
