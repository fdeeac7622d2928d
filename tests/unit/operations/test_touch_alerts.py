"""Alerts that the stream lost are found by their coin and touched."""

from types import SimpleNamespace
from typing import Any

import pytest

from operations.problem import OperationError
from operations.touch_alerts import TABLE, touch_alerts
from shared.systems import load_systems
from tests.unit.services.coin_alerts.alerts_store import AlertsStore
from tests.unit.services.fakes import THROTTLED

ALERT = {"coinSymbol": "BTC", "threshold": 1, "condition": "above"}


class FakePulumi:
    """A deployed coin-alerts system, with its table in memory."""

    def __init__(self) -> None:
        self.store = AlertsStore()
        self.deployed: dict[str, str] = {"crypto_alerts_table_name": TABLE}
        self.target: Any = SimpleNamespace(
            environment="dev", systems=load_systems(("coin-alerts",)), client=lambda _service: self.store
        )

    def outputs(self, layer: str) -> dict[str, str]:
        assert layer == "data"
        return self.deployed


@pytest.fixture
def pulumi() -> Any:
    return FakePulumi()


@pytest.mark.requirement("CA-3", "CA-7", "ALL-14")
def test_alerts_that_were_never_judged_come_into_the_stream_and_no_others(
    pulumi: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    pulumi.store.write("ada", "lost", **ALERT)
    pulumi.store.write("ada", "small", **ALERT | {"coinSymbol": "btc"})
    pulumi.store.write("ada", "judged", **ALERT, revision="r")
    pulumi.store.write("ada", "other", **ALERT | {"coinSymbol": "ETH"})
    written = len(pulumi.store.stream)
    touch_alerts(pulumi, "BTC")
    assert capsys.readouterr().out == "2 alerts for BTC had never been judged; the stream has them now\n"
    touched = [record["dynamodb"]["NewImage"]["alertId"]["S"] for record in pulumi.store.stream[written:]]
    assert sorted(touched) == ["lost", "small"]


def test_an_error_says_what_to_do(pulumi: Any) -> None:
    pulumi.store.write("ada", "lost", **ALERT)
    pulumi.store.fail("update_item", THROTTLED)
    with pytest.raises(OperationError, match=r"an alert was not touched: .*; touch the coin's alerts again"):
        touch_alerts(pulumi, "BTC")


def test_where_the_table_is_not_deployed_that_is_said(pulumi: Any) -> None:
    pulumi.deployed.clear()
    with pytest.raises(OperationError, match="'dev' has no crypto-alerts; deploy it: just deploy-all dev"):
        touch_alerts(pulumi, "BTC")
