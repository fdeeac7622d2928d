"""A user's rules through the recipe."""

from types import SimpleNamespace
from typing import Any

import pytest

from operations.__main__ import _parser
from operations.alerts import TABLE, alerts
from operations.problem import OperationError
from shared.systems import load_systems
from tests.unit.services.fake_tables import FakeTables


class FakePulumi:
    """A deployed price-alerts system, with its table in memory."""

    def __init__(self) -> None:
        self.tables = FakeTables(alert_rules=("userId", "alertId"))
        self.deployed: dict[str, str] = {"alert_rules_table_name": TABLE}
        self.target: Any = SimpleNamespace(
            environment="dev", systems=load_systems(("price-alerts",)), client=lambda _service: self.tables
        )

    def outputs(self, layer: str) -> dict[str, str]:
        assert layer == "data"
        return self.deployed


@pytest.fixture
def pulumi() -> Any:
    return FakePulumi()


def run(pulumi: Any, *arguments: str) -> None:
    alerts(pulumi, _parser().parse_args(["alerts", *arguments]))


def test_rules_are_added_listed_rearmed_and_removed(
    pulumi: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    run(pulumi, "add", "ada", "xbt/usd", "above", "70000.50", "dev")
    alert_id, _, told = capsys.readouterr().out.partition(": ")
    assert told == "BTC-USD above 70000.50\n"
    key = ("ada", alert_id)
    fired = {"fired_at": {"S": "2026-11-21T10:00:00.000000Z"}, "price": {"N": "70001"}}
    armed = pulumi.tables.tables[TABLE][key]
    quiet = {name: value for name, value in armed.items() if name != "armed_for"}
    for item, state in ((armed, "armed"), (quiet, "disarmed"), (quiet | fired, "fired at 70001")):
        pulumi.tables.tables[TABLE][key] = item
        run(pulumi, "list", "ada")
        (row,) = (line for line in capsys.readouterr().out.splitlines() if alert_id in line)
        assert [cell.strip() for cell in row.strip("│ ").split("│")][1:5] == ["BTC-USD", "above", "70000.50", state]
    run(pulumi, "rearm", "ada", alert_id)
    assert "armed_for" in pulumi.tables.tables[TABLE][key]
    run(pulumi, "remove", "ada", alert_id)
    assert not pulumi.tables.tables[TABLE]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "ada", "BTC-USD", "over", "1"), "direction is 'over'; allowed are above, below"),
        (("rearm", "ada", "nix"), "user 'ada' has no rule 'nix'"),
        (("remove", "ada", "nix"), "user 'ada' has no rule 'nix'"),
    ],
)
def test_what_can_not_be_done_is_said_in_words(pulumi: Any, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(OperationError, match=said):
        run(pulumi, *arguments)


def test_before_a_deployment_there_are_no_rules(pulumi: Any) -> None:
    pulumi.deployed = {}
    with pytest.raises(OperationError, match="'dev' has no alert-rules; deploy it: just deploy-all dev"):
        run(pulumi, "list", "ada")


def test_an_environment_without_the_system_is_told_so(pulumi: Any) -> None:
    pulumi.target.systems = load_systems(("transactions",))
    with pytest.raises(OperationError, match="there is no system 'price-alerts'; there are: transactions"):
        run(pulumi, "list", "ada")


def test_the_environment_is_local_unless_it_is_said() -> None:
    assert _parser().parse_args(["alerts", "list", "ada"]).environment == "local"
    assert _parser().parse_args(["alerts", "list", "ada", "dev"]).environment == "dev"
