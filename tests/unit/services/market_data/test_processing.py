import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.market_data.domain.touched_windows import parse_touched_windows, touched_windows
from services.market_data.domain.window import SECONDS
from services.market_data.state_keys import ACTIVE, KNOWN
from services.market_data.state_table import AGGREGATES_KEPT, TICKS_KEPT, WINDOW_OPEN
from tests.unit.services.fakes import THROTTLED, TIMED_OUT, client_error
from tests.unit.services.market_data.market import MIDNIGHT, Market, records, tick


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.mark.requirement("MD-6", "MD-2")
def test_trades_are_kept_their_windows_touched_and_that_is_made_known(market: Market):
    processed = market.process([tick(1), tick(299.999999), tick(300)], [tick(2, symbol="B")])
    assert (processed.failed, processed.ticks, processed.late) == (frozenset(), 4, 0)
    assert [item["price"] for item in market.state.of("A").values()] == [{"N": "10"}] * 3
    assert list(market.state.of("A#5m")) == [MIDNIGHT, MIDNIGHT + SECONDS]
    assert sorted(market.events()) == [("A", (MIDNIGHT, MIDNIGHT + SECONDS)), ("B", (MIDNIGHT,))]
    (entry, _) = market.bus.entries
    assert (entry["Source"], entry["DetailType"], entry["EventBusName"]) == ("market-data", "WindowsTouched", "bus")


@pytest.mark.requirement("MD-2")
def test_trades_of_one_microsecond_stand_side_by_side(market: Market):
    market.process([tick(1, price=1, sequence=1), tick(1, price=2, sequence=2)])
    assert len(market.state.of("A")) == 2


@pytest.mark.requirement("MD-2")
def test_trades_expire_a_day_after_their_window_closes_and_aggregates_much_later(market: Market):
    market.process([tick(1)])
    now = int(market.clock().timestamp())
    (trade,), (window,) = market.state.of("A").values(), market.state.of("A#5m").values()
    assert int(trade["expires_at"]["N"]) - now == TICKS_KEPT.total_seconds()
    assert int(window["closes_at"]["N"]) - now == WINDOW_OPEN.total_seconds() == TICKS_KEPT.total_seconds() - 86_400
    assert int(window["expires_at"]["N"]) - now == AGGREGATES_KEPT.total_seconds()


@pytest.mark.requirement("ALL-14", "MD-7")
def test_a_trade_for_a_window_that_has_closed_is_counted_and_not_added_to_what_is_left_of_it(market: Market):
    market.process([tick(1)])
    market.compute()
    market.clock.advance(days=29, seconds=1)
    processed = market.process([tick(2)])
    assert (processed.failed, processed.late) == (frozenset(), 1)
    assert len(market.bus.entries) == 1
    assert market.aggregates()[0]["count"] == 1


@pytest.mark.requirement("ALL-14")
def test_a_message_that_comes_again_changes_nothing_and_is_made_known_no_more(market: Market):
    market.process([tick(1), tick(2)])
    trades, events = market.state.of("A"), list(market.bus.entries)
    assert len(events) == 1
    market.clock.advance(days=28)
    assert market.process([tick(1), tick(2)]).failed == frozenset()
    assert [item["price"] for item in market.state.of("A").values()] == [item["price"] for item in trades.values()]
    assert market.bus.entries == events
    market.clock.advance(minutes=2)
    assert market.sweep().windows == 1


@pytest.mark.requirement("ALL-14")
def test_a_message_that_was_not_marked_is_made_known_again_by_the_same_event(market: Market, log: io.StringIO):
    # The symbol's registration comes first.
    market.state.fail("put_item", None, THROTTLED)
    assert market.process([tick(1)]).failed == frozenset()
    assert "message not marked as known" in log.getvalue()
    market.process([tick(1)])
    (first, second) = market.bus.entries
    assert first == second


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT])
def test_while_marks_cannot_be_read_messages_come_again_and_nothing_is_made_known(
    market: Market, log: io.StringIO, error: Exception
):
    market.state.fail("batch_get_item", None, error)
    assert market.process([tick(1)], [tick(1, symbol="B")]).failed == {"receipt-0", "receipt-1"}
    assert market.bus.entries == []
    assert "windows not made known" in log.getvalue()
    assert market.process([tick(1)], [tick(1, symbol="B")]).failed == frozenset()
    assert len(market.bus.entries) == 2


@pytest.mark.requirement("ALL-14")
def test_of_a_message_s_events_only_those_that_were_not_taken_are_put_again(market: Market):
    ticks = [tick(1, symbol=symbol) for symbol in "ABC"]
    market.bus.refusals = [2]
    assert market.process(ticks).failed == {"receipt-0"}
    assert market.events() == [("C", (MIDNIGHT,))]
    market.bus.refusals = [1]
    assert market.process(ticks).failed == {"receipt-0"}
    assert market.process(ticks).failed == frozenset()
    assert market.process(ticks).failed == frozenset()
    assert sorted(symbol for symbol, _ in market.events()) == ["A", "B", "C"]


@pytest.mark.requirement("ALL-14")
def test_copies_within_one_batch_are_written_and_made_known_once(market: Market):
    assert market.process([tick(1)], [tick(1)]).failed == frozenset()
    assert len(market.state.of("A")) == 1
    assert len(market.bus.entries) == 1


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ("batch_write_item", client_error("InternalServerError")),
        ("batch_write_item", TIMED_OUT),
        ("update_item", THROTTLED),
        ("update_item", TIMED_OUT),
    ],
)
def test_what_the_table_refuses_comes_again_and_makes_nothing_known(market: Market, operation: str, error: Exception):
    market.state.fail(operation, error)
    assert market.process([tick(1)]).failed == {"receipt-0"}
    assert market.bus.entries == []
    assert market.process([tick(1)]).failed == frozenset()
    assert market.events() == [("A", (MIDNIGHT,))]


@pytest.mark.requirement("ALL-14")
def test_only_the_message_whose_trades_were_not_written_comes_again(market: Market):
    market.state.fail("batch_write_item", None, TIMED_OUT)
    processed = market.process([tick(second) for second in range(25)], [tick(600)])
    assert (processed.failed, processed.ticks) == ({"receipt-1"}, 25)
    assert market.events() == [("A", (MIDNIGHT,))]


@pytest.mark.requirement("ALL-14")
def test_trades_that_the_table_leaves_unprocessed_are_written_after_growing_pauses(market: Market):
    market.state.left_unprocessed = 30
    assert market.process([tick(second) for second in range(20)]).failed == frozenset()
    assert market.pauses == [0.025, 0.05]
    assert len(market.state.of("A")) == 20


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"]
)
def test_a_call_refused_for_want_of_capacity_is_one_that_leaves_all_unprocessed(market: Market, code: str):
    market.state.fail("batch_write_item", *[client_error(code)] * 8)
    assert market.process([tick(1)]).failed == frozenset()
    assert market.pauses == [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 1]
    assert market.events() == [("A", (MIDNIGHT,))]


@pytest.mark.requirement("ALL-14")
def test_a_table_that_has_no_capacity_in_time_has_the_message_come_again(market: Market, log: io.StringIO):
    market.state.left_unprocessed = 10**6
    assert market.process([tick(1)], time_left=iter([True] * 7 + [False]).__next__).failed == {"receipt-0"}
    assert len(market.pauses) == 7
    assert "the table had no capacity for them in time" in log.getvalue()
    assert market.bus.entries == []


@pytest.mark.requirement("ALL-14")
def test_a_message_whose_event_was_not_taken_comes_again(market: Market):
    market.bus.refusals = [1]
    assert market.process([tick(1)], [tick(1, symbol="B")]).failed == {"receipt-0"}
    market.bus.fail("put_events", TIMED_OUT)
    assert market.process([tick(1)]).failed == {"receipt-0"}


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize(
    "body",
    [
        "no json",
        "{}",
        '{"schema_version": "2", "ticks": []}',
        '{"schema_version": "1", "ticks": {}}',
        '{"schema_version": "1", "ticks": [7]}',
        '{"schema_version": "1", "ticks": [{"symbol": "A", "place": "x", "price": "1", "size": "1"}]}',
        '{"schema_version": "1", "ticks": [{"symbol": "A", "place": "1", "price": "-1", "size": "1"}]}',
        '{"schema_version": "1", "ticks": [{"symbol": "#a", "place": "1", "price": "1", "size": "1"}]}',
    ],
)
def test_a_message_that_is_none_fails_alone(market: Market, body: str):
    poison = {"messageId": "poison", "body": body}
    processed = market.processing.process([poison, *records([tick(1)])], lambda: True)
    assert (processed.failed, processed.ticks) == ({"poison"}, 1)


def test_a_message_without_an_id_is_known_by_its_receipt(market: Market):
    (record,) = records([tick(1)])
    market.processing.process([record | {"messageAttributes": {}}], lambda: True)
    assert json.loads(market.bus.entries[0]["Detail"])["message_id"] == "receipt-0:A:0"


@pytest.mark.requirement("MD-2")
def test_active_symbols_are_found_by_a_query_for_24_hours(market: Market):
    market.process([tick(1), tick(1, symbol="B")])
    assert sorted(market.aggregation.active_symbols()) == ["A", "B"]
    market.clock.advance(hours=23)
    market.process([tick(2)])
    market.clock.advance(hours=2)
    assert list(market.aggregation.active_symbols()) == ["A"]


def test_a_registration_is_renewed_once_an_hour(market: Market):
    for seconds in (0, 3_599, 2, 3_598):
        market.clock.advance(seconds=seconds)
        market.process([tick(1)])
    marked = [symbol for symbol, _ in market.state.items if symbol.startswith(KNOWN)]
    assert market.state.calls["put_item"] == 2 + len(marked)
    assert len(market.state.of(ACTIVE)) == 1


def test_a_registration_that_fails_holds_up_no_trade(market: Market):
    market.state.fail("batch_get_item", THROTTLED)
    market.state.fail("put_item", TIMED_OUT)
    assert market.process([tick(1)]).failed == frozenset()
    assert market.process([tick(1)]).failed == frozenset()
    assert market.process([tick(1)]).failed == frozenset()
    assert list(market.aggregation.active_symbols()) == ["A"]


@pytest.mark.requirement("MD-6")
@given(st.sets(st.tuples(st.sampled_from(["A", "B"]), st.integers(0, 400).map(lambda n: n * SECONDS)), max_size=300))
def test_events_name_each_window_once_by_symbol_at_most_100_each(windows: set[tuple[str, int]]):
    events = list(touched_windows("m", windows))
    assert {(event.symbol, window) for event in events for window in event.windows} == windows
    assert sum(len(event.windows) for event in events) == len(windows)
    assert all(1 <= len(event.windows) <= 100 for event in events)
    assert len({event.message_id for event in events}) == len(events)
    assert [parse_touched_windows(json.loads(event.detail)) for event in events] == events


@pytest.mark.requirement("MD-6")
def test_ten_events_go_in_a_call(market: Market):
    market.process([tick(1, symbol=f"S{n}") for n in range(23)])
    assert market.bus.calls_of == [10, 10, 3]
