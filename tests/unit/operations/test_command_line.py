"""The command line says what is valid."""

import pytest

from operations.__main__ import main
from operations.inspection import show_status
from operations.problem import OperationError, choose
from shared.layers import LAYERS
from tests.unit.operations.fakes import FakePulumi, as_command, target


def test_a_name_that_is_there_is_chosen() -> None:
    assert choose("layer", "data", LAYERS) == "data"


def test_a_wrong_name_is_answered_with_the_valid_ones() -> None:
    with pytest.raises(OperationError, match="there is no layer 'network'; there are: security, data, messaging"):
        choose("layer", "network", LAYERS)


def test_where_there_are_no_names_that_is_said() -> None:
    with pytest.raises(OperationError, match="there are: none"):
        choose("system", "orders", ())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["deploy", "network", "dev"], "error: there is no layer 'network'"),
        (["status", "nowhere"], "error: environment 'nowhere' has no file environments/nowhere.yaml; there are: dev,"),
    ],
)
def test_a_mistake_is_one_message_and_status_1(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith(said)


@pytest.mark.requirement("RP-4")
def test_status_tells_what_is_stale_and_what_is_not_deployed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    pulumi = FakePulumi(target(), standing=("security", "data"))
    pulumi.existing.add("messaging")
    pulumi.stale = {"data"}
    show_status(as_command(pulumi))
    states = dict(line.strip("│ ").split("│")[:2] for line in capsys.readouterr().out.splitlines() if "│ " in line)
    found = {layer.strip(): state.strip() for layer, state in states.items()}
    assert found == {
        "security": "up to date",
        "data": "stale: the checkout describes something else",
        "messaging": "not deployed",
        "compute": "not deployed",
        "api": "not deployed",
        "observability": "not deployed",
    }
