"""An exchange that is down, slow, or answers garbage."""

from collections import Counter
from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.faults.coin_alerts.alerts import CHECKER, notified, write
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.stand_in_exchange import StandInExchange, http_answer

pytestmark = pytest.mark.fault_system("coin-alerts")

DEEP = b"[" * 100_000 + b"]" * 100_000
GARBAGE = {
    "empty": b"",
    "null": b"null",
    "object": b"{}",
    "text": b"<html>too many requests</html>",
    "cut off": b'[{"symbol": "BTCUSDT", "price": "80000"}',
    "deep": DEEP,
    "latin-1": '[{"symbol": "BTCUSDT", "price": "80000", "note": "\u00e9"}]'.encode("latin-1"),
    "larger than allowed": b'[{"symbol": "BTCUSDT", "price": "80000"}' + b" " * 8 * 2**20 + b"]",
}


@pytest.mark.fault_case(20, 30)
@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_garbage_of_the_exchange_triggers_nothing_is_noticed_and_is_over_when_it_is_over(
    lab: Laboratory, exchange: StandInExchange, body: bytes
) -> None:
    exchange.prices = {"BTC": "1"}
    exchange.first += [http_answer(200, body)] * 4
    write(lab, "ada/a")
    lab.settle()
    lab.let_pass(minutes=1)
    assert (len(exchange.asked), lab.metrics()["PassesWithoutPrices"]) == (4, 1)
    assert not notified(lab)
    assert "price-checker-logged-error" in lab.ringing()
    exchange.prices = {"BTC": "70000.01"}
    lab.let_pass(minutes=1)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(30)
@pytest.mark.parametrize(
    ("failure", "asked"),
    [
        (ConnectionRefusedError(), 4),
        (TimeoutError(), 3),
        (ConnectionResetError(), 4),
        (http_answer(429), 4),
        (http_answer(429, retry_after="0"), 4),
        (http_answer(429, retry_after="7"), 3),
        (http_answer(418, retry_after="19"), 2),
        (http_answer(429, retry_after="soon"), 4),
        (http_answer(503), 4),
        (http_answer(451), 1),
        (http_answer(302), 1),
        (b"SSH-2.0-nothing of ours\r\n", 4),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[", 4),
    ],
    ids=str,
)
def test_an_exchange_that_fails_is_asked_again_within_20_seconds_noticed_and_forgiven(
    lab: Laboratory, exchange: StandInExchange, failure: bytes | OSError, asked: int
) -> None:
    write(lab, "ada/a")
    lab.settle()
    exchange.first += [failure] * asked
    started = lab.clock.now()
    outcome = lab.call(CHECKER, {}).answer
    assert lab.clock.now() - started <= timedelta(seconds=20)
    assert (len(exchange.asked), outcome["complete"], lab.metrics()["PassesWithoutPrices"]) == (asked, False, 1)
    assert "price-checker-logged-error" in lab.ringing()
    exchange.first.clear()
    lab.let_pass(minutes=1)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(30)
def test_a_wait_of_minutes_is_waited_across_passes_and_processes(lab: Laboratory, exchange: StandInExchange) -> None:
    write(lab, "ada/a")
    exchange.first.append(http_answer(429, retry_after="150"))
    for minute in range(1, 4):
        lab.let_pass(minutes=1)
        lab.processes[CHECKER].end()
        assert len(exchange.asked) == 1, minute
    assert not notified(lab)
    lab.let_pass(minutes=1)
    assert notified(lab) == {"ada/a": 1}
    assert lab.metrics()["PassesWithoutPrices"] == 3


@pytest.mark.fault_case(30)
def test_an_exchange_that_stays_down_is_left_alone_for_longer_and_longer(
    lab: Laboratory, exchange: StandInExchange
) -> None:
    write(lab, "ada/a")
    exchange.first += [ConnectionRefusedError()] * 100
    lab.let_pass(minutes=31)
    calls = Counter(int((asked - exchange.asked[0]) // 60) for asked in exchange.asked)
    # Three passes of four attempts; then single ones after 2, 4, 8 and 15 minutes.
    assert list(calls.values()) == [4, 4, 4, 1, 1, 1]
    assert max(calls) < 31
    exchange.first.clear()
    lab.let_pass(minutes=16)
    assert notified(lab) == {"ada/a": 1}


@pytest.mark.fault_case(27, 30)
@pytest.mark.parametrize(("ahead", "asked"), [(10, 1), (-10, 4)])
def test_an_exchange_whose_clock_is_wrong_is_left_alone_as_it_says_and_hammered_never(
    lab: Laboratory, exchange: StandInExchange, ahead: int, asked: int
) -> None:
    write(lab, "ada/a")
    lab.settle()
    date = format_datetime(lab.clock.now() + timedelta(minutes=ahead, seconds=70), usegmt=True)
    exchange.first += [http_answer(429, retry_after=date)] * asked
    lab.let_pass(minutes=1)
    assert len(exchange.asked) == asked
    lab.let_pass(minutes=12)
    assert notified(lab) == {"ada/a": 1}
