"""Ten thousand alerts that one price triggers."""

import pytest

from tests.unit.services.coin_alerts.market import Market

RULES = 10_000


@pytest.mark.requirement("CA-4", "CA-7", "ALL-14")
def test_a_storm_is_told_once_each_over_as_many_passes_as_it_takes_and_holds_up_no_other_coin():
    market = Market()
    for number in range(RULES):
        market.store.write("u", f"{number:05}", coinSymbol="BTC", condition="above", threshold=number)
    market.store.write("u", "other", coinSymbol="ETH", condition="below", threshold=10)
    market.settle()
    market.prices = {"BTC": str(RULES), "ETH": "9"}
    first = market.check(lambda: 60_000 if market.store.calls["query"] < 16 + 80 + 2 else 0)
    assert not first["complete"]
    assert 0 < first["triggered"] < RULES
    market.settle()
    assert "u/other" in market.notified()
    market.store.read = 0
    assert market.minute(BTC=str(RULES), ETH="9")["complete"]
    assert market.store.read == RULES + 1 - first["triggered"] + 2, "what was triggered is not read again"
    assert len(market.notified()) == len(set(market.notified())) == RULES + 1
    assert len(market.sns.batches) <= RULES // 10 + 10
