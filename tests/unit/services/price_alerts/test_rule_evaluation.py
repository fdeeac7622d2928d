import io
import itertools
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from services.common.batch_read import UnreadError
from services.common.timestamp import utc_text
from services.price_alerts import rule_evaluation
from services.price_alerts.batch_pass import BatchOutcome, BatchPassFailedError
from services.price_alerts.domain.price_update import PoisonUpdateError, parse_update
from tests.unit.services.conftest import VARIABLES
from tests.unit.services.fakes import START, THROTTLED, TIMED_OUT, FakeContext
from tests.unit.services.price_alerts.pipeline import HISTORY, QUEUE, RULES, Pipeline


def storm(pipeline: Pipeline, count: int) -> None:
    for number in range(count):
        pipeline.rules.add(f"user-{number % 7}", "BTC-USD", "above", str(number))


def unnotified(pipeline: Pipeline) -> int:
    return sum("unnotified" in item for item in pipeline.tables.items(RULES))


@pytest.mark.requirement("PA-4", "PA-9", "ALL-14")
def test_a_price_that_reaches_a_rule_makes_an_alert(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "70000")
    pipeline.clock.advance(seconds=5)
    assert pipeline.tick("70000.50", exchange="kraken", seconds=-1) == []
    (alert,) = pipeline.alerts()
    message_id = alert.pop("message_id")
    assert alert == {
        "schema_version": "1",
        "message": "BTC-USD is at 70000.50, at or above your 70000 (kraken, 2026-11-21T10:00:04Z)",
        "userId": "user",
        "alertId": rule.alert_id,
        "symbol": "BTC-USD",
        "direction": "above",
        "threshold": "70000",
        "price": "70000.50",
        "exchange": "kraken",
        "observed_at": "2026-11-21T10:00:04.000000Z",
        "fired_at": "2026-11-21T10:00:05.000000Z",
        "correlation_id": "correlation",
    }
    (message,) = pipeline.sns.published
    assert message["Subject"] == "BTC-USD above 70000"
    assert {name: value["StringValue"] for name, value in message["MessageAttributes"].items()} == {
        "message_id": message_id,
        "userId": "user",
        "symbol": "BTC-USD",
        "direction": "above",
        "correlation_id": "correlation",
        "schema_version": "1",
    }
    item = pipeline.rule(rule.alert_id)
    assert not {"armed_for", "unnotified"} & item.keys()
    assert item["notified_at"] == utc_text(pipeline.clock())


@pytest.mark.requirement("PA-10")
def test_a_price_reads_the_rules_that_it_fires_and_no_other(pipeline: Pipeline):
    for threshold in range(100):
        pipeline.rules.add("user", "BTC-USD", "above", str(1000 + threshold))
        pipeline.rules.add("user", "BTC-USD", "below", str(threshold))
        pipeline.rules.add("user", "ETH-USD", "above", str(threshold))
    pipeline.tick("1002")
    assert (len(pipeline.alerts()), pipeline.tables.read) == (3, 3)
    pipeline.tick("500")
    assert pipeline.tables.read == 3
    assert {query.get("IndexName") for query in pipeline.tables.queries} == {"armed-index"}


@pytest.mark.requirement("PA-9", "ALL-14")
def test_copies_of_a_webhook_make_one_alert_and_one_entry_of_history(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    text = pipeline.update_text("11")
    for _ in range(3):
        assert pipeline.consume([pipeline.record(text), pipeline.record(text)]) == []
        pipeline.clock.advance(seconds=10)
    assert len(pipeline.alerts()) == 1
    assert [item["entry"] for item in pipeline.tables.items(HISTORY)] == [
        "BTC-USD",
        "2026-11-21T10:00:00.000000Z#gemini#11",
        "latest",
    ]


@pytest.mark.requirement("PA-9", "ALL-14")
def test_workers_at_the_same_time_make_one_alert_a_rule(pipeline: Pipeline):
    storm(pipeline, 60)
    text = pipeline.update_text("100")
    with ThreadPoolExecutor(6) as pool:
        workers = [pipeline.new_evaluation() for _ in range(6)]
        done = pool.map(lambda worker: pipeline.consume([pipeline.record(text)], evaluation=worker), workers)
        assert list(done) == [[]] * 6
    assert len(pipeline.sns.ids()) == len(set(pipeline.sns.ids())) == 60


@pytest.mark.requirement("PA-3")
def test_a_tick_is_kept_for_thirty_days_beside_that_of_another_exchange(pipeline: Pipeline):
    for exchange in ("kraken", "coinbase"):
        pipeline.tick("11", exchange=exchange)
    entries = [item for item in pipeline.tables.items(HISTORY) if item["symbol"] == "BTC-USD"]
    assert [item["entry"] for item in entries] == [
        "2026-11-21T10:00:00.000000Z#coinbase#11",
        "2026-11-21T10:00:00.000000Z#kraken#11",
        "latest",
    ]
    assert {item["expiryTime"] for item in entries} == {int((START + timedelta(days=30)).timestamp())}


@pytest.mark.requirement("PA-9")
def test_the_latest_price_is_the_one_observed_last_in_whatever_order_they_come(pipeline: Pipeline):
    for price, seconds in (("2", 0), ("1", -60), ("3", 10), ("2", 0)):
        pipeline.tick(price, seconds=seconds)
    (latest,) = (item for item in pipeline.tables.items(HISTORY) if item["entry"] == "latest")
    assert (latest["price"], latest["observed_at"]) == (3, "2026-11-21T10:00:10.000000Z")


@pytest.mark.requirement("PA-9")
def test_a_late_price_fires_only_the_rules_that_were_armed_when_it_was_observed(pipeline: Pipeline):
    early = pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.clock.advance(seconds=10)
    pipeline.tick("5")
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.clock.advance(seconds=1)
    pipeline.tick("11", seconds=-5)
    assert [alert["alertId"] for alert in pipeline.alerts()] == [early.alert_id]


@pytest.mark.requirement("PA-9", "ALL-14")
def test_an_index_that_lags_behind_fires_nothing(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tables.stale[RULES] = dict(pipeline.tables.tables[RULES])
    pipeline.tick("11")
    pipeline.clock.advance(seconds=1)
    pipeline.rules.rearm("user", rule.alert_id)
    pipeline.tick("12")
    assert len(pipeline.alerts()) == 1
    pipeline.tables.stale.clear()
    pipeline.tick("12")
    assert len(pipeline.alerts()) == 2


@pytest.mark.requirement("PA-9")
def test_a_rule_that_is_rearmed_at_another_threshold_is_not_fired_at_the_old_one(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tables.stale[RULES] = dict(pipeline.tables.tables[RULES])
    ((key, item),) = pipeline.tables.tables[RULES].items()
    pipeline.tables.tables[RULES][key] = item | {"threshold": {"N": "20"}}
    pipeline.tick("11")
    assert pipeline.alerts() == []


@pytest.mark.requirement("PA-9", "ALL-14")
def test_a_write_that_is_repeated_because_its_reply_was_lost_fires_the_rule(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    update_item = pipeline.tables.update_item

    def update_twice(**call: Any) -> Any:
        update_item(**call)
        return update_item(**call)

    pipeline.evaluation.evaluator.rules._client = Repeating(pipeline.tables, update_twice)
    pipeline.tick("11")
    assert len(pipeline.alerts()) == 1


class Repeating:
    def __init__(self, tables: Any, update_item: Any) -> None:
        self.update_item = update_item
        self.get_paginator = tables.get_paginator


@pytest.mark.requirement("PA-9", "ALL-14")
def test_a_message_that_comes_twice_in_a_batch_fires_a_rule_once_even_where_the_index_lags(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tables.stale[RULES] = dict(pipeline.tables.tables[RULES])
    record = pipeline.record(pipeline.update_text("11"))
    assert pipeline.consume([record, record]) == []
    assert len(pipeline.alerts()) == 1


@pytest.mark.requirement("ALL-14")
def test_a_claim_that_is_repeated_because_its_reply_was_lost_is_the_sweeps_own(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.sns.fail("publish_batch", THROTTLED)
    pipeline.tick("11")
    pipeline.clock.advance(minutes=3)
    update_item = pipeline.tables.update_item

    def update_twice(**call: Any) -> Any:
        update_item(**call)
        return update_item(**call)

    notifier = pipeline.evaluation.batch_pass.notifier
    key = {"userId": {"S": "user"}, "alertId": {"S": "alert-00001"}}
    notifier.outbox._client = Repeating(pipeline.tables, update_twice)
    assert notifier.outbox.claim(key, "pass", pipeline.clock())


@pytest.mark.requirement("PA-9", "ALL-14")
def test_a_mark_is_of_its_own_alert_and_once(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.sns.fail("publish_batch", THROTTLED)
    pipeline.tick("11")
    outbox = pipeline.evaluation.batch_pass.notifier.outbox
    key = {"userId": {"S": "user"}, "alertId": {"S": rule.alert_id}}
    first = outbox.claim(key, "pass", pipeline.clock())
    assert first
    assert outbox.mark_notified(first, pipeline.clock())
    assert not {"unnotified", "claimed_by", "claimed_until"} & pipeline.rule(rule.alert_id).keys()
    pipeline.clock.advance(seconds=1)
    assert not outbox.mark_notified(first, pipeline.clock())
    pipeline.rules.rearm("user", rule.alert_id)
    pipeline.sns.fail("publish_batch", THROTTLED)
    pipeline.tick("12")
    assert not outbox.mark_notified(first, pipeline.clock())
    assert "unnotified" in pipeline.rule(rule.alert_id)


@pytest.mark.requirement("ALL-14")
def test_an_index_alone_does_not_make_a_foreign_item_ones_own(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tables.stale[RULES] = dict(pipeline.tables.tables[RULES])
    pipeline.tables.tables[RULES].clear()
    assert pipeline.tick("11") == []
    assert pipeline.alerts() == []


@pytest.mark.requirement("PA-9", "PA-10")
@pytest.mark.parametrize(
    "broken",
    [{"symbol": None}, {"direction": {"S": "over"}}, {"threshold": {"N": "-1"}}, {"armed_at": {"N": "5"}}],
)
def test_a_malformed_item_is_reported_once_disarmed_and_holds_up_nobody(
    pipeline: Pipeline, broken: dict[str, Any], log: io.StringIO
):
    rules = [pipeline.rules.add("user", "BTC-USD", "above", "10") for _ in range(3)]
    item = pipeline.tables.tables[RULES]["user", rules[1].alert_id]
    item |= broken
    for name in [name for name, value in item.items() if value is None]:
        del item[name]
    for _ in range(2):
        assert pipeline.tick("11") == []
    assert {alert["alertId"] for alert in pipeline.alerts()} == {rules[0].alert_id, rules[2].alert_id}
    assert log.getvalue().count("malformed rule disarmed") == 1
    assert "armed_for" not in pipeline.rule(rules[1].alert_id)
    assert pipeline.rule(rules[1].alert_id)["disarmed_because"]


def test_a_malformed_item_that_is_mended_meanwhile_is_left_alone(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "10")
    key = ("user", rule.alert_id)
    pipeline.tables.stale[RULES] = {key: pipeline.tables.tables[RULES][key] | {"symbol": {"S": "?"}}}
    pipeline.tables.tables[RULES][key] |= {"armed_for": {"S": "ETH-USD#above"}, "symbol": {"S": "ETH-USD"}}
    assert pipeline.tick("11") == []
    assert pipeline.rule(rule.alert_id)["armed_for"] == "ETH-USD#above"


def test_a_malformed_item_that_cannot_be_disarmed_now_is_met_again(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tick("5")
    pipeline.tables.tables[RULES]["user", rule.alert_id]["direction"] = {"S": "over"}
    pipeline.tables.fail("update_item", None, THROTTLED)
    assert pipeline.tick("11", seconds=1) == ["message-2"]
    assert pipeline.tick("11", seconds=1) == []


@pytest.mark.requirement("ALL-8", "ALL-14")
def test_only_the_messages_that_failed_come_again(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    records = [pipeline.record(text) for text in ("{}", pipeline.update_text("11"), "no JSON")]
    assert pipeline.consume(records) == ["message-1", "message-3"]
    assert len(pipeline.alerts()) == 1


@pytest.mark.requirement("ALL-8", "ALL-14")
def test_a_record_without_a_body_fails_alone(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    records = [{"messageId": "empty"}, pipeline.record(pipeline.update_text("11"))]
    assert pipeline.consume(records) == ["empty"]
    assert len(pipeline.alerts()) == 1


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize(
    "change",
    [
        {"schema_version": "2"},
        {"symbol": "btc"},
        {"price": "-1"},
        {"price": None},
        {"observed_at": "now"},
        {"received_at": 5},
    ],
)
def test_a_message_of_another_kind_is_poison(pipeline: Pipeline, change: dict[str, Any]):
    body = json.loads(pipeline.update_text("11")) | change
    with pytest.raises(PoisonUpdateError):
        parse_update(json.dumps({name: value for name, value in body.items() if value is not None}))


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("operation", ["put_item", "query"])
def test_a_price_that_meets_a_failing_table_comes_again(pipeline: Pipeline, operation: str):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tables.fail(operation, THROTTLED)
    text = pipeline.update_text("11")
    assert pipeline.consume([pipeline.record(text)]) == ["message-1"]
    assert pipeline.consume([pipeline.record(text)]) == []
    assert len(pipeline.alerts()) == 1


@pytest.mark.requirement("ALL-14")
def test_a_rule_that_cannot_be_fired_now_holds_up_no_other_and_fires_when_the_price_comes_again(pipeline: Pipeline):
    storm(pipeline, 5)
    text = pipeline.update_text("100")
    # The first two are the symbol's registration and its latest price.
    pipeline.tables.fail("update_item", None, None, THROTTLED)
    assert pipeline.consume([pipeline.record(text)]) == ["message-1"]
    assert len(pipeline.alerts()) == 4
    assert pipeline.consume([pipeline.record(text)]) == []
    assert len(pipeline.alerts()) == 5


@pytest.mark.requirement("PA-9", "ALL-14")
def test_a_storm_is_published_in_full_batches(pipeline: Pipeline):
    storm(pipeline, 1_000)
    assert pipeline.tick("1000") == []
    assert len(set(pipeline.sns.ids())) == len(pipeline.sns.batches) * 10 == 1_000
    assert unnotified(pipeline) == 0


@pytest.mark.requirement("PA-9", "ALL-14")
def test_a_storm_that_time_cuts_short_is_handed_on_until_it_is_over(pipeline: Pipeline):
    storm(pipeline, 1_000)
    text = pipeline.update_text("1000")
    other = pipeline.update_text("1", symbol="ETH-USD")
    # Time runs out in the middle of the third page.
    left = countdown(start=45_000, step=140)
    assert pipeline.consume([pipeline.record(text), pipeline.record(other)], left) == []
    assert 200 < len(pipeline.alerts()) < 300
    assert unnotified(pipeline) == 0
    records = pipeline.queued()
    assert {record["body"] for record in records} == {text, other}
    assert pipeline.consume(records) == []
    assert pipeline.queued() == []
    assert len(pipeline.sns.ids()) == len(set(pipeline.sns.ids())) == 1_000


def countdown(start: int, step: int) -> Callable[[], int]:
    """Milliseconds that are less at each look."""
    left = itertools.count(start, -step)
    return lambda: next(left)


@pytest.mark.requirement("ALL-14")
def test_an_evaluation_that_meets_errors_and_then_runs_out_of_time_is_handed_on(pipeline: Pipeline):
    storm(pipeline, 100)
    pipeline.tick("0", symbol="BTC-USD", seconds=-1)
    text = pipeline.update_text("1000")
    pipeline.tables.fail("update_item", None, THROTTLED)
    assert pipeline.consume([pipeline.record(text)], countdown(start=20_000, step=200)) == []
    assert pipeline.consume(pipeline.queued()) == []
    assert len(pipeline.sns.ids()) == len(set(pipeline.sns.ids())) == 100


@pytest.mark.requirement("ALL-14")
def test_an_evaluation_that_makes_no_progress_in_its_time_fails_and_is_not_handed_on_for_ever(pipeline: Pipeline):
    pipeline.tick("1", seconds=5)
    storm(pipeline, 300)
    late = pipeline.update_text("1000", seconds=-1)
    assert pipeline.consume([pipeline.record(late)], countdown(start=20_000, step=6_000)) == ["message-2"]
    assert pipeline.queued() == []
    assert pipeline.consume([pipeline.record(late)]) == []
    assert pipeline.alerts() == []


@pytest.mark.requirement("ALL-14")
def test_what_can_not_be_handed_on_comes_again(pipeline: Pipeline):
    records = [pipeline.record(pipeline.update_text(price)) for price in ("1", "2", "3")]
    pipeline.sqs.fail("send_message_batch", THROTTLED)
    assert pipeline.consume(records, lambda: 19_999) == ["message-2", "message-3"]


@pytest.mark.requirement("ALL-14")
def test_the_first_price_is_evaluated_however_short_the_time(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    assert pipeline.consume([pipeline.record(pipeline.update_text("11"))], lambda: 10_001) == []
    assert len(pipeline.alerts()) == 1
    assert pipeline.queued() == []


@pytest.mark.requirement("ALL-14")
def test_a_symbol_whose_state_stays_unknown_is_evaluated_again(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    text = pipeline.update_text("11")
    pipeline.tables.fail("update_item", THROTTLED)
    assert pipeline.consume([pipeline.record(text)]) == ["message-1"]
    assert pipeline.consume([pipeline.record(text)]) == []
    assert len(pipeline.alerts()) == 1


class Cut(BaseException):
    """The function is killed."""


def cut_after(pipeline: Pipeline, calls: int) -> None:
    """Lets so many calls to AWS through and kills the function at the next."""
    left = [calls]
    for fake in (pipeline.tables, pipeline.sns, pipeline.sqs):

        def enter(operation: str) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Cut

        fake.enter = enter


def uncut(pipeline: Pipeline) -> None:
    for fake in (pipeline.tables, pipeline.sns, pipeline.sqs):
        del fake.enter


@pytest.mark.requirement("PA-9", "ALL-14")
@pytest.mark.parametrize("redelivered", [True, False])
@pytest.mark.parametrize("calls", range(16))
def test_being_cut_anywhere_misses_nothing_and_repeats_only_what_was_not_marked(calls: int, *, redelivered: bool):
    pipeline = Pipeline()
    for threshold in ("10", "11", "12"):
        pipeline.rules.add("user", "BTC-USD", "above", threshold)
    # The symbol is known and active.
    pipeline.tick("1", seconds=-5)
    text = pipeline.update_text("20")
    cut_after(pipeline, calls)
    try:
        pipeline.consume([pipeline.record(text)])
    except Cut:
        uncut(pipeline)
        published = set(pipeline.sns.ids())
        marked = {item["message_id"] for item in pipeline.tables.items(RULES) if "notified_at" in item}
        if redelivered or calls < 2:
            assert pipeline.consume([pipeline.record(text)]) == []
        pipeline.clock.advance(minutes=3)
        pipeline.batch_pass()
        assert pipeline.consume(pipeline.queued()) == []
        copies = [message_id for message_id in pipeline.sns.ids() if pipeline.sns.ids().count(message_id) > 1]
        assert set(copies) <= published - marked
    assert len(set(pipeline.sns.ids())) == 3
    assert unnotified(pipeline) == 0
    # Two of history, four of each direction's query and the claims, one to publish, three to mark.
    assert calls < 10 or len(pipeline.sns.ids()) == 3


@pytest.mark.requirement("PA-9", "ALL-14")
@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT])
def test_what_could_not_be_published_is_swept(pipeline: Pipeline, error: Exception):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.sns.fail("publish_batch", error)
    assert pipeline.tick("11") == []
    pipeline.clock.advance(seconds=120)
    assert pipeline.batch_pass().notified == 0
    pipeline.clock.advance(seconds=1)
    assert pipeline.batch_pass() == BatchOutcome(symbols=1, notified=1, complete=True)
    (alert,) = pipeline.alerts()
    assert alert["fired_at"] == utc_text(START)
    assert alert["message"].startswith("BTC-USD is at 11")


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT])
def test_a_mark_that_fails_makes_a_second_copy_with_the_same_message_id(pipeline: Pipeline, error: Exception):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tables.fail("update_item", None, None, None, error)
    assert pipeline.tick("11") == []
    pipeline.clock.advance(minutes=3)
    pipeline.batch_pass()
    first, second = pipeline.sns.ids()
    assert first == second


@pytest.mark.requirement("ALL-14")
def test_two_sweeps_at_once_publish_one_copy(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.sns.fail("publish_batch", THROTTLED)
    pipeline.tick("11")
    pipeline.clock.advance(minutes=3)
    publish = pipeline.sns.publish_batch

    def publish_while_another_sweeps(**call: Any) -> Any:
        pipeline.sns.publish_batch = publish
        assert pipeline.batch_pass(claimant="another").notified == 0
        return publish(**call)

    pipeline.sns.publish_batch = publish_while_another_sweeps
    assert pipeline.batch_pass().notified == 1
    assert len(pipeline.alerts()) == 1


@pytest.mark.requirement("ALL-14")
def test_what_a_crashed_sweep_had_claimed_is_swept_when_the_claim_has_run_out(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.sns.fail("publish_batch", THROTTLED, THROTTLED)
    pipeline.tick("11")
    pipeline.clock.advance(minutes=3)
    with pytest.raises(BatchPassFailedError, match="0 latest prices were not queued, 1 alerts not published"):
        pipeline.batch_pass(claimant="crashed")
    pipeline.clock.advance(seconds=120)
    assert pipeline.batch_pass().notified == 0
    pipeline.clock.advance(seconds=1)
    assert pipeline.batch_pass().notified == 1


@pytest.mark.requirement("ALL-14")
def test_an_index_that_lags_behind_sweeps_nothing_twice(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.sns.fail("publish_batch", THROTTLED)
    pipeline.tick("11")
    pipeline.tables.stale[RULES] = dict(pipeline.tables.tables[RULES])
    pipeline.clock.advance(minutes=3)
    assert pipeline.batch_pass().notified == 1
    pipeline.clock.advance(minutes=5)
    assert pipeline.batch_pass().notified == 0


@pytest.mark.requirement("ALL-14")
def test_a_rule_that_is_removed_before_its_mark_does_not_come_back(pipeline: Pipeline):
    rule = pipeline.rules.add("user", "BTC-USD", "above", "10")
    publish = pipeline.sns.publish_batch

    def publish_and_remove(**call: Any) -> Any:
        pipeline.rules.remove("user", rule.alert_id)
        return publish(**call)

    pipeline.sns.publish_batch = publish_and_remove
    assert pipeline.tick("11") == []
    assert pipeline.tables.items(RULES) == []


@pytest.mark.requirement("ALL-14", "ALL-8")
def test_a_fired_item_that_makes_no_alert_fails_the_pass_and_holds_up_no_other(pipeline: Pipeline):
    rules = [pipeline.rules.add("user", "BTC-USD", "above", "10") for _ in range(2)]
    pipeline.sns.fail("publish_batch", THROTTLED)
    pipeline.tick("11")
    del pipeline.tables.tables[RULES]["user", rules[0].alert_id]["symbol"]
    pipeline.clock.advance(minutes=3)
    with pytest.raises(BatchPassFailedError, match="1 alerts not published"):
        pipeline.batch_pass()
    assert [alert["alertId"] for alert in pipeline.alerts()] == [rules[1].alert_id]


@pytest.mark.requirement("ALL-14")
def test_a_claim_that_fails_fails_the_pass(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.sns.fail("publish_batch", THROTTLED)
    pipeline.tick("11")
    pipeline.clock.advance(minutes=3)
    pipeline.tables.fail("update_item", THROTTLED)
    with pytest.raises(BatchPassFailedError):
        pipeline.batch_pass()


@pytest.mark.requirement("PA-7")
def test_a_sweep_that_runs_out_of_time_leaves_the_rest_to_the_next(pipeline: Pipeline):
    storm(pipeline, 40)
    pipeline.sns.fail("publish_batch", *[THROTTLED] * 4)
    pipeline.tick("100")
    pipeline.clock.advance(minutes=3)
    left = iter([45_000, 45_000, 9_999])
    first = pipeline.batch_pass(lambda: next(left))
    assert not first.complete
    assert 0 < first.notified < 40
    assert pipeline.batch_pass().notified == 40 - first.notified


@pytest.mark.requirement("PA-7")
def test_the_batch_pass_fires_what_was_created_or_rearmed_since_the_last_price(pipeline: Pipeline):
    rearmed = pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.tick("11")
    pipeline.tick("2", symbol="ETH-USD")
    pipeline.clock.advance(minutes=1)
    pipeline.rules.rearm("user", rearmed.alert_id)
    created = pipeline.rules.add("user", "ETH-USD", "below", "3")
    pipeline.rules.add("user", "ETH-USD", "below", "1")
    assert pipeline.batch_pass() == BatchOutcome(symbols=2, notified=0, complete=True)
    assert len(pipeline.alerts()) == 1
    assert pipeline.consume(pipeline.queued()) == []
    assert [alert["alertId"] for alert in pipeline.alerts()[1:]] == [rearmed.alert_id, created.alert_id]


@pytest.mark.requirement("PA-7")
def test_a_symbol_is_active_for_a_day_after_its_last_price_and_the_pass_does_not_prolong_that(pipeline: Pipeline):
    pipeline.tick("11")
    for hours in (2, 23, 1):
        active = pipeline.batch_pass().symbols
        pipeline.consume(pipeline.queued(), evaluation=pipeline.new_evaluation())
        assert active == 1
        pipeline.clock.advance(hours=hours - 1)
    pipeline.clock.advance(minutes=61)
    assert pipeline.batch_pass().symbols == 0


def test_a_symbols_registration_is_renewed_once_an_hour_and_never_shortened(pipeline: Pipeline):
    def expiry() -> int:
        (item,) = (item for item in pipeline.tables.items(HISTORY) if item["symbol"] == "#active")
        return int(item["expiryTime"]) - int(START.timestamp())

    late = pipeline.update_text("11")
    for minutes in (0, 59):
        pipeline.clock.advance(minutes=minutes)
        pipeline.tick("11")
    assert expiry() == 24 * 3600
    pipeline.clock.advance(minutes=1)
    pipeline.tick("11")
    assert expiry() == 25 * 3600
    pipeline.consume([pipeline.record(late)], evaluation=pipeline.new_evaluation())
    assert expiry() == 25 * 3600


@pytest.mark.requirement("PA-7", "PA-10")
def test_the_latest_prices_of_many_symbols_take_few_reads(pipeline: Pipeline):
    for number in range(150):
        pipeline.tick("1", symbol=f"A{number}-USD")
    pipeline.tables.left_unprocessed = 2
    calls = pipeline.tables.calls["batch_get_item"]
    assert pipeline.batch_pass().symbols == 150
    assert pipeline.tables.calls["batch_get_item"] - calls == 4
    pipeline.tables.left_unprocessed = 5
    with pytest.raises(UnreadError):
        pipeline.batch_pass()


@pytest.mark.requirement("PA-7", "ALL-14")
def test_a_pass_that_cannot_queue_fails_after_sweeping(pipeline: Pipeline):
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    pipeline.sns.fail("publish_batch", THROTTLED)
    pipeline.tick("11")
    pipeline.clock.advance(minutes=3)
    pipeline.sqs.fail("send_message_batch", THROTTLED)
    with pytest.raises(BatchPassFailedError, match="1 latest prices were not queued, 0 alerts"):
        pipeline.batch_pass()
    assert len(pipeline.alerts()) == 1


def test_the_handler_tells_queue_and_schedule_apart(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rule_evaluation, "evaluation", pipeline.evaluation)
    event = {"Records": [pipeline.record(pipeline.update_text("1"))]}
    assert rule_evaluation.handler(event, FakeContext()) == {"batchItemFailures": []}
    answer = {"symbols": 1, "notified": 0, "complete": True}
    assert rule_evaluation.handler({"batch_pass": True}, FakeContext()) == answer


def test_the_deployed_evaluation_finds_everything_by_its_variables(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch):
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(rule_evaluation, "dynamodb_client", lambda _attempts, _connections: pipeline.tables)
    monkeypatch.setattr(rule_evaluation, "sns_client", lambda _attempts, _connections: pipeline.sns)
    monkeypatch.setattr(rule_evaluation, "sqs_client", lambda _attempts: pipeline.sqs)
    deployed = rule_evaluation.compose(os.environ)
    pipeline.rules.add("user", "BTC-USD", "above", "10")
    assert pipeline.consume([pipeline.record(pipeline.update_text("11"))], evaluation=deployed) == []
    assert len(pipeline.alerts()) == 1
    deployed.batch_pass.run("pass", lambda: 45_000)
    assert len(pipeline.sqs.queues[QUEUE]) == 1
