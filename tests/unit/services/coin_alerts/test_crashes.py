"""Both functions are killed between every two of their calls, and nothing is lost or told twice without need."""

from collections.abc import Callable

import pytest

from tests.unit.services.coin_alerts.alerts_store import ALERTS
from tests.unit.services.coin_alerts.market import Market
from tests.unit.services.fakes import message_id


class KilledError(BaseException):
    """What no handler of exceptions sees coming, as the end of a process."""


def kill_after(market: Market, calls: int) -> None:
    left = [calls]

    def counting(enter: Callable[[str], None]) -> Callable[[str], None]:
        def counted(operation: str) -> None:
            if left[0] == 0:
                raise KilledError
            left[0] -= 1
            enter(operation)

        return counted

    market.store.enter = counting(market.store.enter)  # pyright: ignore[reportAttributeAccessIssue]
    market.sns.enter = counting(market.sns.enter)  # pyright: ignore[reportAttributeAccessIssue]


def revive(market: Market) -> None:
    del market.store.enter, market.sns.enter


def survives(market: Market, act: Callable[[], object], calls: int) -> bool:
    kill_after(market, calls)
    try:
        act()
    except KilledError:
        return False
    finally:
        revive(market)
    return True


def prepared() -> Market:
    """Two alerts to notify, one to arm, one to touch, a coin to let go: every kind of effect is due."""
    market = Market()
    for name in ("told", "lost", "later"):
        market.store.write("u", name, coinSymbol="BTC", condition="above", threshold=1)
    market.settle()
    market.store.change("u", "later", threshold=50)
    market.store.write("u", "gone", coinSymbol="ETH", condition="below", threshold=1)
    market.settle()
    market.store.delete_item(TableName=ALERTS, Key={"userId": {"S": "u"}, "alertId": {"S": "gone"}})
    market.prices = {"BTC": "2", "ETH": "2"}
    return market


@pytest.mark.requirement("CA-4", "ALL-14")
def test_a_checker_that_is_killed_anywhere_loses_no_alert():
    for calls in range(1000):
        market = prepared()
        market.clock.advance(hours=2)
        done = survives(market, market.check, calls)
        market.minute(BTC="2", ETH="2")
        market.minute(BTC="51", ETH="2")
        assert sorted(market.notified()) == ["u/later", "u/lost", "u/told"]
        if done:
            break
    assert calls > 20


@pytest.mark.requirement("CA-3", "CA-4", "ALL-14")
def test_a_processor_that_is_killed_anywhere_loses_no_alert_and_repeats_one_only_between_publish_and_mark():
    copies: list[int] = []
    for calls in range(1000):
        market = prepared()
        market.check()
        market.store.write("u", "new", coinSymbol="SOL", condition="below", threshold=9)
        done = survives(market, market.stream, calls)
        market.settle()
        market.minute(BTC="51", SOL="8")
        ids = [message_id(message) for message in market.sns.published]
        assert sorted(set(market.notified())) == ["u/later", "u/lost", "u/new", "u/told"]
        copies.append(len(ids) - len(set(ids)))
        if done:
            break
    # Two were published: killed then, both come again; killed when one is marked, the other does.
    assert [count for count in copies if count] == [2, 1]
