"""The order of layers, and what is refused before Pulumi is asked."""

import io

import pytest

from operations.deployment import Deployment
from operations.problem import OperationError
from shared.layers import LAYERS
from tests.unit.operations.fakes import FakePulumi, as_command, target


def deployment(pulumi: FakePulumi) -> Deployment:
    return Deployment(as_command(pulumi))


def test_everything_is_previewed_before_anything_is_deployed() -> None:
    pulumi = FakePulumi(target(), standing=())
    deployment(pulumi).deploy_all()
    assert set(pulumi.of("preview")) == set(LAYERS)
    assert [verb for verb, _ in pulumi.ran] == ["preview"] * len(LAYERS) + ["up"] * len(LAYERS)


def test_layers_are_deployed_in_waves_of_those_that_do_not_need_each_other() -> None:
    pulumi = FakePulumi(target(), standing=())
    deployment(pulumi).deploy_all()
    up = pulumi.of("up")
    assert (up[0], set(up[1:3]), up[3:]) == ("security", {"data", "messaging"}, ["compute", "api", "observability"])


def test_layers_are_destroyed_in_reverse() -> None:
    pulumi = FakePulumi(target())
    deployment(pulumi).destroy_all()
    destroyed = pulumi.of("destroy")
    assert destroyed[:3] == ["observability", "api", "compute"]
    assert (set(destroyed[3:5]), destroyed[5]) == ({"data", "messaging"}, "security")


def test_a_layer_that_does_not_stand_is_not_destroyed() -> None:
    pulumi = FakePulumi(target(), standing=("security", "data"))
    deployment(pulumi).destroy_all()
    assert pulumi.of("destroy") == ["data", "security"]


@pytest.mark.requirement("RP-3")
def test_a_preview_that_fails_stops_the_deployment() -> None:
    pulumi = FakePulumi(target())
    pulumi.failing = {("preview", "api"), ("preview", "data")}
    with pytest.raises(OperationError, match="the preview of data, api failed"):
        deployment(pulumi).deploy_all()
    assert pulumi.of("up") == []


def test_a_layer_that_fails_keeps_those_upon_it_from_being_deployed() -> None:
    pulumi = FakePulumi(target())
    pulumi.failing = {("up", "messaging")}
    with pytest.raises(OperationError, match="the deploy of messaging failed"):
        deployment(pulumi).deploy_all()
    assert set(pulumi.of("up")) == {"security", "data", "messaging"}


def test_a_preview_predicts_just_what_does_not_stand() -> None:
    pulumi = FakePulumi(target(), standing=("security", "data"))
    deployment(pulumi).preview_all()
    assert pulumi.predicted["compute"] == ["messaging", "compute", "api", "observability"]


def test_a_preview_of_one_layer_predicts_its_own_upstreams() -> None:
    pulumi = FakePulumi(target(), standing=("security", "data"))
    deployment(pulumi).preview("compute")
    assert pulumi.predicted == {"compute": ["messaging"]}


@pytest.mark.requirement("RP-4")
def test_a_layer_upon_nothing_is_refused_with_the_one_to_deploy_first() -> None:
    pulumi = FakePulumi(target(), standing=("security",))
    with pytest.raises(OperationError, match="deploy it first: just deploy data dev"):
        deployment(pulumi).deploy("compute")
    assert pulumi.ran == []


@pytest.mark.requirement("RP-4")
def test_a_stack_whose_resources_are_gone_counts_as_not_deployed() -> None:
    pulumi = FakePulumi(target(), standing=())
    pulumi.existing = {"security"}
    with pytest.raises(OperationError, match="stands upon 'security', which is not deployed"):
        deployment(pulumi).deploy("data")


@pytest.mark.requirement("RP-4")
def test_a_stale_upstream_is_a_warning_that_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    pulumi = FakePulumi(target())
    pulumi.stale = {"data", "api"}
    deployment(pulumi).deploy("compute")
    warnings = [line for line in capsys.readouterr().out.splitlines() if line.startswith("warning")]
    assert len(warnings) == 1
    assert "'data'" in warnings[0]
    assert pulumi.of("up") == ["compute"]


@pytest.mark.requirement("RP-4")
def test_a_layer_is_not_destroyed_while_another_stands_upon_it() -> None:
    pulumi = FakePulumi(target())
    with pytest.raises(
        OperationError, match="while 'compute' stands upon it; destroy that first: just destroy compute"
    ):
        deployment(pulumi).destroy("data")
    assert pulumi.ran == []


def test_a_layer_upon_which_nothing_stands_is_destroyed_alone() -> None:
    pulumi = FakePulumi(target())
    deployment(pulumi).destroy("observability")
    assert pulumi.ran == [("destroy", "observability")]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.requirement("RP-5")
@pytest.mark.parametrize("layer", [None, "observability"])
def test_production_is_not_destroyed_without_a_terminal(layer: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("prod\n"))
    pulumi = FakePulumi(target("prod", production=True))
    with pytest.raises(OperationError, match="'prod' is production: destroy it from a terminal"):
        deployment(pulumi).destroy(layer) if layer else deployment(pulumi).destroy_all()
    assert pulumi.ran == []


@pytest.mark.requirement("RP-5")
@pytest.mark.parametrize("typed", ["", "production", "yes", "Prod"])
def test_production_is_not_destroyed_by_another_name(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(f"{typed}\n"))
    pulumi = FakePulumi(target("prod", production=True))
    with pytest.raises(OperationError, match="nothing was destroyed"):
        deployment(pulumi).destroy_all()
    assert pulumi.ran == []


@pytest.mark.requirement("RP-5")
def test_production_is_destroyed_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("prod\n"))
    pulumi = FakePulumi(target("prod", production=True))
    deployment(pulumi).destroy_all()
    assert len(pulumi.of("destroy")) == len(LAYERS)


LOSS = {"op": "delete", "urn": "urn:pulumi:prod::data::event-systems:data:Table$aws:dynamodb/table:Table::orders"}


def losing(environment: str = "prod", *, production: bool = True) -> FakePulumi:
    pulumi = FakePulumi(target(environment, production=production))
    pulumi.steps = {"data": [LOSS]}
    return pulumi


@pytest.mark.requirement("RP-5")
@pytest.mark.parametrize("layer", [None, "data"])
@pytest.mark.parametrize(
    ("stdin", "refusal"),
    [
        (io.StringIO("prod\n"), "'prod' is production: deploy it from a terminal"),
        (Terminal("yes\n"), "nothing was deployed"),
    ],
    ids=["no terminal", "another word"],
)
def test_production_loses_nothing_by_a_deployment_that_nobody_confirmed(
    layer: str | None,
    stdin: io.StringIO,
    refusal: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stdin.seek(0)
    monkeypatch.setattr("sys.stdin", stdin)
    pulumi = losing()
    with pytest.raises(OperationError, match=refusal):
        deployment(pulumi).deploy(layer) if layer else deployment(pulumi).deploy_all()
    assert pulumi.of("up") == []
    assert "\n  data: deletes orders: the table and its items\n" in capsys.readouterr().out


@pytest.mark.requirement("RP-5")
def test_production_loses_what_was_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("prod\n"))
    pulumi = losing()
    deployment(pulumi).deploy_all()
    assert set(pulumi.of("up")) == set(LAYERS)


def test_production_is_deployed_without_a_question_where_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    pulumi = FakePulumi(target("prod", production=True), standing=("security", "data"))
    deployment(pulumi).deploy_all()
    assert sorted(pulumi.of("changes")) == ["data", "security"]
    assert pulumi.predicted["data"] == ["messaging", "compute", "api", "observability"]
    assert set(pulumi.of("up")) == set(LAYERS)


def test_other_environments_lose_without_a_question() -> None:
    pulumi = losing("dev", production=False)
    deployment(pulumi).deploy("data")
    assert pulumi.ran == [("up", "data")]


@pytest.mark.requirement("ALL-13")
def test_the_embedded_target_invents_each_secret_once() -> None:
    pulumi = FakePulumi(target("local-a"), standing=())
    deployment(pulumi).preview_all()
    invented = dict(pulumi.secrets)
    assert len(invented["orders-webhook-secrets"]) == 64
    deployment(pulumi).preview_all()
    assert pulumi.secrets == invented


@pytest.mark.requirement("ALL-13")
def test_no_secret_is_invented_for_a_real_account() -> None:
    pulumi = FakePulumi(target("dev"), standing=())
    deployment(pulumi).preview_all()
    assert pulumi.secrets == {}
