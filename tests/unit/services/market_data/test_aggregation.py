import io
import json

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.invalid_input import InvalidInputError
from services.market_data import aggregation
from services.market_data.aggregation import Computed
from services.market_data.domain.aggregates_request import parse_aggregates_request
from services.market_data.domain.tick import Tick
from services.market_data.domain.window import LENGTHS, SECONDS, start_of
from services.market_data.time_left import TimeLeft
from tests.unit.services.fakes import THROTTLED, TIMED_OUT
from tests.unit.services.market_data.market import MIDNIGHT, Market, expected, tick

TICKS = st.lists(
    st.builds(
        tick,
        st.sampled_from([0, 0.5, 1, 299.999999, 300, 301, 900]),
        st.integers(1, 9),
        st.integers(0, 3),
        st.just("A"),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda one: one.place,
)


@pytest.fixture
def market() -> Market:
    return Market()


def stored(market: Market) -> dict[int, dict[str, object]]:
    """The five-minute aggregates, by second after midnight, without their times and averages."""
    return {
        SECONDS * number: {name: window[name] for name in ("open", "high", "low", "close", "volume", "count")}
        for window in market.aggregates()
        for number in [int(window["start"][11:13]) * 12 + int(window["start"][14:16]) // 5]
    }


def reference(ticks: list[Tick]) -> dict[int, dict[str, object]]:
    seconds = {start_of(one.instant // 10**6, SECONDS) for one in ticks}
    return {
        second - MIDNIGHT: expected(one for one in ticks if start_of(one.instant // 10**6, SECONDS) == second)
        for second in sorted(seconds)
    }


@pytest.mark.requirement("MD-7", "ALL-14")
@settings(deadline=None)
@given(TICKS, st.data())
def test_whatever_the_order_duplication_and_lateness_each_window_is_what_its_trades_make(
    ticks: list[Tick], data: st.DataObject
):
    market = Market()
    arriving = data.draw(st.permutations(ticks + data.draw(st.lists(st.sampled_from(ticks), max_size=5))))
    while arriving:
        size = data.draw(st.integers(1, len(arriving)))
        market.process(arriving[:size])
        arriving = arriving[size:]
        if data.draw(st.booleans()):
            market.clock.advance(minutes=5)
            data.draw(st.sampled_from([market.take_events, market.sweep]))()
    market.clock.advance(minutes=5)
    market.sweep()
    assert stored(market) == reference(ticks)


@pytest.mark.requirement("MD-7", "ALL-14")
@settings(deadline=None)
@given(TICKS, st.data())
def test_however_computations_race_with_writers_and_each_other_they_converge(ticks: list[Tick], data: st.DataObject):
    market = Market()
    waiting = list(ticks[1:])
    depth = 0

    def meanwhile() -> None:
        nonlocal depth
        if depth > 2:
            return
        depth += 1
        if waiting and data.draw(st.booleans()):
            market.process([waiting.pop()])
        if data.draw(st.booleans()):
            data.draw(st.sampled_from([market.take_events, market.compute]))()
        depth -= 1

    market.process(ticks[:1])
    market.state.before_page = meanwhile
    market.compute()
    for late in list(waiting):
        market.process([late])
    market.state.before_page = lambda: None
    market.clock.advance(minutes=5)
    market.sweep()
    assert stored(market) == reference(ticks)
    assert market.aggregation.overdue() == []


@pytest.mark.requirement("MD-7", "ALL-14")
def test_a_computation_that_began_before_the_last_touch_never_replaces_a_later_one(market: Market):
    market.process([tick(1, price=1)])

    def overtake() -> None:
        market.state.before_page = lambda: None
        market.process([tick(2, price=2)])
        market.compute()

    # The outer one has read its mark, but not its trades, when the inner one computes for a newer mark.
    market.state.before_page = overtake
    market.state.page_size = 1
    market.compute()
    assert stored(market)[0]["count"] == 2
    stale = market.table.store("A", MIDNIGHT, None, 1, market.clock())
    assert not stale
    assert stored(market)[0]["count"] == 2


@pytest.mark.requirement("MD-7")
def test_a_window_touched_while_it_is_computed_is_stored_and_stays_dirty(market: Market):
    market.process([tick(1)])
    mark = market.table.mark("A", MIDNIGHT)
    market.process([tick(2)])
    assert market.table.store("A", MIDNIGHT, None, mark.touched, market.clock())
    assert market.table.mark("A", MIDNIGHT).is_dirty
    market.clock.advance(minutes=2)
    assert market.aggregation.overdue() == [("A", MIDNIGHT)]


@pytest.mark.requirement("MD-7")
def test_late_trades_correct_a_window_by_overwriting_it(market: Market):
    market.process([tick(10, price=5), tick(20, price=7)])
    market.compute()
    market.process([tick(5, price=9, size=2)])
    market.compute()
    (window,) = market.aggregates()
    assert window == {
        "start": "2026-11-21T00:00:00.000000Z",
        "end": "2026-11-21T00:05:00.000000Z",
        "open": "9",
        "high": "9",
        "low": "5",
        "close": "7",
        "volume": "4",
        "count": 3,
        "vwap": "7.500000000000000000",
    }


@pytest.mark.requirement("MD-7")
def test_a_window_that_is_not_dirty_is_not_computed_again(market: Market):
    market.process([tick(1)])
    assert market.compute().windows == 1
    assert market.compute().windows == 0
    assert market.state.calls["query"] == 1


@pytest.mark.requirement("MD-7")
def test_events_have_a_large_window_read_again_only_as_often_as_its_size_allows(market: Market):
    market.state.page_size = 10_000
    market.process([tick(n / 10) for n in range(2_000)])
    assert market.take_events().windows == 1
    market.process([tick(250)])
    assert market.take_events().windows == 0
    market.clock.advance(seconds=2)
    assert market.take_events().windows == 1
    market.process([tick(251)])
    assert market.take_events().windows == 0
    market.clock.advance(seconds=1)
    market.process([tick(252)])
    market.clock.advance(seconds=60.5)
    assert market.sweep().windows == 1
    assert market.aggregates()[0]["count"] == 2_003


@pytest.mark.requirement("MD-7", "ALL-14")
def test_the_schedule_finds_what_events_have_lost_without_a_scan(market: Market):
    market.process([tick(1), tick(301)], [tick(1, symbol="B")])
    market.bus.entries.clear()
    assert market.sweep().windows == 0
    market.clock.advance(seconds=61)
    assert market.sweep().windows == 3
    assert market.sweep().windows == 0


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("operation", ["get_item", "query", "update_item"])
@pytest.mark.parametrize("error", [THROTTLED, TIMED_OUT])
def test_a_window_that_cannot_be_computed_holds_up_no_other_and_stays_dirty(
    market: Market, operation: str, error: Exception
):
    market.process([tick(1), tick(301)])
    market.state.fail(operation, error)
    computed = market.compute()
    assert (computed.windows, computed.failed, computed.complete) == (1, (("A", MIDNIGHT),), True)
    assert market.compute().windows == 1


def test_what_the_time_does_not_allow_stays_dirty(market: Market):
    market.process([tick(1), tick(301)])
    computed = market.compute(time_left=iter([True, False]).__next__)
    assert (computed.windows, computed.complete) == (1, False)
    assert market.compute().windows == 1


@pytest.mark.requirement("MD-7", "ALL-14")
def test_a_window_too_large_for_the_time_stays_dirty_and_is_logged_with_its_size(
    market: Market, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(aggregation, "TICKS_A_LOOK", 10)
    market.process([tick(n) for n in range(29)])
    assert market.compute(time_to_read=iter([True, False]).__next__) == Computed(0, (), complete=False)
    (line,) = (json.loads(line) for line in log.getvalue().splitlines())
    assert (line["level"], line["message"]) == ("ERROR", "window not computed")
    assert (line["symbol"], line["window"], line["ticks"]) == ("A", MIDNIGHT, 20)
    assert market.table.mark("A", MIDNIGHT).is_dirty
    assert market.compute(time_to_read=iter([True, True]).__next__).windows == 1
    assert market.aggregates()[0]["count"] == 29


@pytest.mark.requirement("MD-7", "ALL-14")
def test_a_window_too_large_for_the_time_does_not_stand_before_the_same_ones_for_ever(
    market: Market, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(aggregation, "TICKS_A_LOOK", 10)
    market.process([tick(n) for n in range(10)])
    market.clock.advance(seconds=1)
    market.process([tick(SECONDS * n) for n in range(1, 60)])
    sweeps = 0
    while market.aggregation.overdue() != [("A", MIDNIGHT)]:
        market.clock.advance(minutes=5)
        market.sweep(time_to_read=lambda: False)
        sweeps += 1
        assert sweeps < 30
    assert len(market.aggregates()) == 59


def test_an_aggregate_with_no_volume_has_no_average(market: Market):
    market.process([tick(1, size=0)])
    market.compute()
    assert market.aggregates()[0]["vwap"] is None


@pytest.mark.requirement("ALL-15")
def test_sums_keep_more_digits_than_a_number_of_the_table(market: Market):
    market.process(
        [tick(n, price="999999999999999999.999999999999999999", size="0.000000000000000001") for n in (1, 2)]
    )
    market.compute()
    (window,) = market.aggregates()
    assert (window["volume"], window["vwap"]) == ("0.000000000000000002", "999999999999999999.999999999999999999")
    (item,) = market.state.of("A#5m").values()
    assert item["total_turnover"] == {"S": "1.999999999999999999999999999999999998"}


@pytest.mark.requirement("MD-7")
@pytest.mark.parametrize(("window", "length"), LENGTHS.items())
def test_longer_windows_are_what_their_trades_make(market: Market, window: str, length: int):
    ticks = [tick(second, price=1 + second % 7, size=1 + second % 3) for second in range(0, 86_400, 1_111)]
    market.process(ticks)
    market.compute()
    found = market.aggregates(window=window)
    starts = sorted({start_of(one.instant // 10**6, length) for one in ticks})
    assert len(found) == len(starts)
    for aggregate, start in zip(found, starts, strict=True):
        members = [one for one in ticks if start_of(one.instant // 10**6, length) == start]
        assert {name: aggregate[name] for name in expected(members)} == expected(members)


@pytest.mark.requirement("MD-7")
def test_windows_without_trades_are_not_there(market: Market):
    market.process([tick(1), tick(901)])
    market.compute()
    assert [window["start"][11:16] for window in market.aggregates()] == ["00:00", "00:15"]
    assert market.aggregates(symbol="B") == []


@pytest.mark.requirement("MD-7")
def test_a_window_that_was_touched_but_never_computed_is_not_there_either(market: Market):
    market.process([tick(1)])
    assert market.aggregates() == []


@pytest.mark.requirement("MD-7")
@pytest.mark.parametrize(
    ("first", "last", "starts"),
    [
        ("00:04:59", "00:10:00", ["00:00", "00:05"]),
        ("00:04:59.5", "00:10:00.000000", ["00:00", "00:05"]),
        ("00:04:59.999999", "00:10:00.000001", ["00:00", "00:05", "00:10"]),
        ("00:05:00", "00:10:00.5", ["00:05", "00:10"]),
        ("00:05:00.000001", "00:05:00.000002", ["00:05"]),
    ],
)
def test_from_is_within_the_first_window_and_to_behind_the_start_of_the_last(
    market: Market, first: str, last: str, starts: list[str]
):
    market.process([tick(1), tick(301), tick(601)])
    market.compute()
    asked = {"from": f"2026-11-21T{first}Z", "to": f"2026-11-21T{last}Z"}
    assert [window["start"][11:16] for window in market.aggregates(**asked)] == starts


@pytest.mark.requirement("MD-7")
@pytest.mark.parametrize("window", ["5m", "15m"])
@pytest.mark.parametrize(("time_left", "most"), [(lambda: True, 3), (lambda: False, 1)])
def test_pages_follow_each_other_by_tokens_and_are_the_whole(
    market: Market, window: str, time_left: TimeLeft, most: int
):
    market.process([tick(second) for second in range(0, 7_000, 170)])
    market.compute()
    whole, paged = market.aggregates(window=window), []
    token: object = None
    while True:
        page = market.page(time_left, window=window, limit=3, token=token)
        paged += page["aggregates"]
        token = page.get("next_token")
        if token is None:
            break
        assert len(page["aggregates"]) == most
    assert paged == whole


@pytest.mark.requirement("MD-7")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"symbol": None}, "symbol"),
        ({"symbol": "A#5m"}, "symbol"),
        ({"from": None}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"to": 1795219200}, "to"),
        ({"to": "2026-11-21T00:00:00Z"}, "to"),
        ({"from": "2026-11-21T00:04:00Z", "to": "2026-11-21T00:03:00Z"}, "to"),
        ({"window": "7m"}, "window"),
        ({"window": []}, "window"),
        ({"limit": 0}, "limit"),
        ({"limit": 1_001}, "limit"),
        ({"limit": True}, "limit"),
        ({"limit": "1"}, "limit"),
        ({"token": "x"}, "token"),
        ({"token": 7}, "token"),
        ({"token": "2026-11-20T23:55:00Z"}, "token"),
        ({"token": "2026-11-22T00:00:00Z"}, "token"),
        ({"token": "2026-11-21T00:01:00Z"}, "token"),
        ({"token": "2026-11-21T00:05:00.5Z"}, "token"),
    ],
)
def test_a_request_that_does_not_fit_names_the_field(change: dict[str, object], field: str):
    body = {"symbol": "A", "from": "2026-11-21T00:00:00Z", "to": "2026-11-22T00:00:00Z"} | change
    with pytest.raises(InvalidInputError) as refusal:
        parse_aggregates_request(body)
    assert refusal.value.field == field


def test_a_table_that_fails_is_not_taken_for_an_older_aggregate(market: Market):
    market.process([tick(1)])
    market.state.fail("update_item", THROTTLED)
    with pytest.raises(ClientError):
        market.table.store("A", MIDNIGHT, None, 1, market.clock())


def test_the_page_is_json(market: Market):
    market.process([tick(1)])
    market.compute()
    assert json.loads(json.dumps(market.page()))["symbol"] == "A"
