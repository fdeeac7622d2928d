"""The command looks at a whole environment or at none, and its status tells whether everything fits."""

import json
from pathlib import Path

import pytest

from operations.audit import audit as command
from operations.audit.finding import Finding
from operations.audit.state import read_state
from operations.problem import OperationError
from shared.layers import LAYERS
from tests.unit.operations.fakes import FakePulumi, as_command, target

NOTHING = json.dumps({"deployment": {"resources": []}})


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    with pytest.raises(OperationError, match="there is no format 'xml'; there are: table, json, sarif"):
        command.audit(as_command(FakePulumi(target())), "xml")


def test_what_is_not_deployed_as_a_whole_is_not_audited() -> None:
    pulumi = FakePulumi(target(), standing=("security", "data"))
    with pytest.raises(OperationError, match=r"layer 'messaging' is not deployed in .*: just deploy-all"):
        command.audit(as_command(pulumi), "table")


def test_no_finding_is_no_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "_findings", lambda _: iter(()))
    command.audit(as_command(FakePulumi(target())), "json")
    said = json.loads(capsys.readouterr().out)
    assert said["findings"] == []
    assert len(said["checks"]) == 8


def test_a_finding_is_an_error_after_it_was_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = Finding("missing-grant", "a-role", "it lacks something", "deploy it", "services/shop/system.py")
    monkeypatch.setattr(command, "_findings", lambda _: iter((one,)))
    with pytest.raises(OperationError, match="is not what the code says: 1 findings"):
        command.audit(as_command(FakePulumi(target())), "json")
    assert json.loads(capsys.readouterr().out)["findings"][0]["subject"] == "a-role"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"deployment": {"resources": [{}]}}'])
def test_a_state_that_cant_be_read_is_never_a_pass(text: str) -> None:
    with pytest.raises(OperationError, match=r"the exported state of layer 'security' can't be read .* just export"):
        read_state(dict.fromkeys(LAYERS, NOTHING) | {"security": text})


def test_every_check_has_one_name_and_says_what_holds() -> None:
    modules = (*command.JOINS, command.programs, command.policy_pack)
    assert len(command.CHECKS) == len(modules)
    assert all(meaning.endswith(".") for meaning in command.CHECKS.values())
    assert {Path(str(module.__file__)).parent.name for module in modules} == {"audit"}
