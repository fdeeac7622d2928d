"""A grant counts as enforced when its removal breaks the flow, and its return mends it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import pytest

from operations.privileges import iam_mutants
from operations.privileges.exercise import Flow
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from shared.model import System
from shared.naming import Naming
from tests.unit.operations.fakes import FakePulumi, FakeTarget, target

GRANTED = {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": ["arn:x"]}


class Iam:
    """One role with one policy of one grant."""

    def __init__(self) -> None:
        self.document: Mapping[str, Any] = {"Statement": [GRANTED]}

    @property
    def whole(self) -> bool:
        return bool(self.document["Statement"])

    def list_role_policies(self, **_: str) -> Mapping[str, Any]:
        return {"PolicyNames": ["receiver"]}

    def get_role_policy(self, **_: str) -> Mapping[str, Any]:
        return {"PolicyDocument": self.document}

    def delete_role_policy(self, **_: str) -> None:
        self.document = {"Statement": []}

    def put_role_policy(self, **put: str) -> None:
        self.document = json.loads(put["PolicyDocument"])


class Embedded(FakeTarget):
    """An embedded environment with such a role."""

    iam: Iam

    def client(self, _service: str) -> Any:
        return self.iam

    def naming(self) -> Naming:
        return Naming("local", "us-east-1", "000000000000")


@dataclass
class Receiving:
    """An exercise of one flow."""

    flow: Flow

    @property
    def flows(self) -> Mapping[str, Flow]:
        return {"receiver": self.flow}

    def begin(self) -> None: ...

    def end(self) -> None: ...


def tried(monkeypatch: pytest.MonkeyPatch, flow: Callable[[bool], list[str]]) -> None:
    """`iam-mutants` of a flow that is told whether its role has all its grants."""
    embedded = Embedded(target("local").settings)
    embedded.iam = Iam()

    def maker(_: System) -> Callable[[PulumiCommand, System], Receiving]:
        return lambda _pulumi, _system: Receiving(lambda: flow(embedded.iam.whole))

    monkeypatch.setattr(iam_mutants, "exercise_maker", maker)
    iam_mutants.iam_mutants(cast(PulumiCommand, FakePulumi(cast(Any, embedded))))


def test_what_breaks_without_the_grant_and_works_with_it_is_enforced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried(monkeypatch, lambda whole: [] if whole else ["no message"])
    assert "1 of 1 removals were enforced" in capsys.readouterr().out


@pytest.mark.parametrize("late", [1, 2, 3])
def test_a_flow_that_fails_for_a_while_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], late: int
) -> None:
    # The first is the one that warms, the second is the trial, and those after it are late.
    failing = iter([[], ["no message"], *[["slow"]] * late])
    without: list[bool] = []

    def flow(whole: bool) -> list[str]:
        without.append(not whole)
        return next(failing, [] if whole else ["no message"])

    tried(monkeypatch, flow)
    assert sum(without) == (1 if late == 1 else 2)
    assert "1 of 1 removals were enforced" in capsys.readouterr().out


def test_a_flow_that_never_works_again_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    working = iter([[]])
    with pytest.raises(OperationError, match=r"receiver still fails when it has sqs:SendMessage back: broken down"):
        tried(monkeypatch, lambda _: next(working, ["broken down"]))
