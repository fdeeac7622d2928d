"""What the doctor finds before a deployment."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from operations.doctor import doctor
from operations.problem import OperationError
from operations.pulumi_command import Stack
from operations.target import Target
from shared.model import Function, System
from shared.secret_configuration import secret_keys
from tests.unit.operations.fakes import FakeAws, FakePulumi, FakeTarget, as_command, target


def aws_of(patient: Target) -> FakeAws:
    return cast(FakeTarget, patient).aws


def examine(patient: Target, pulumi: FakePulumi | None = None) -> None:
    """Of an environment whose secrets are set, unless another `pulumi` says something else."""
    if pulumi is None:
        pulumi = FakePulumi(patient)
        pulumi.secrets = {key: "value" for system in patient.systems for key in secret_keys(system)}
    doctor(as_command(pulumi))


@pytest.mark.requirement("RP-5")
def test_a_healthy_account_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    examine(target(allowed_account_ids=("000000000000",)))
    found = capsys.readouterr().out
    assert found.count("ok") == 5
    assert "30 to reserve, 900 can be" in found


def _refused(aws: FakeAws) -> None:
    aws.refused.add("get_caller_identity")


def _another_account(aws: FakeAws) -> None:
    aws.account_id = "999999999999"


def _new_account(aws: FakeAws) -> None:
    aws.quota = 10


def _tight(aws: FakeAws) -> None:
    aws.quota = 129


def _no_logging_role(aws: FakeAws) -> None:
    aws.logging_role = None


def _unreadable_quota(aws: FakeAws) -> None:
    aws.refused.add("get_account_settings")


def _unreadable_reservations(aws: FakeAws) -> None:
    aws.refused.add("get_function_concurrency")


@pytest.mark.requirement("RP-5", "ALL-2")
@pytest.mark.parametrize(
    ("illness", "advice"),
    [
        (_refused, "AWS_PROFILE"),
        (_another_account, "allows only: 000000000000"),
        (_new_account, "30 to reserve, 0 can be"),
        (_tight, "lower reservedConcurrency in environments/dev.yaml"),
        (_no_logging_role, "AmazonAPIGatewayPushToCloudWatchLogs"),
        (_unreadable_quota, "could not be checked"),
        (_unreadable_reservations, "could not be checked"),
    ],
)
def test_each_illness_has_its_advice(
    illness: Callable[[FakeAws], None],
    advice: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "900")
    patient = target(allowed_account_ids=("000000000000",))
    illness(aws_of(patient))
    with pytest.raises(OperationError, match="1 checks say what to do"):
        examine(patient)
    assert advice in capsys.readouterr().out


@pytest.mark.requirement("RP-5", "ALL-2")
def test_what_others_reserve_in_the_account_is_not_there_to_be_reserved(capsys: pytest.CaptureFixture[str]) -> None:
    patient = target()
    aws_of(patient).reservations = {"receiver-dev": 25, "another-teams": 871}
    with pytest.raises(OperationError, match="1 checks say what to do"):
        examine(patient)
    assert "30 to reserve, 29 can be" in capsys.readouterr().out
    aws_of(patient).reservations["another-teams"] = 870
    examine(patient)


def test_environments_on_this_machine_share_no_quota(capsys: pytest.CaptureFixture[str]) -> None:
    patient = target("local-second")
    aws_of(patient).reservations = {"receiver-local-first": 900}
    examine(patient)
    assert "30 to reserve, 900 can be" in capsys.readouterr().out


@pytest.mark.requirement("RP-5", "ALL-2")
def test_a_function_that_is_not_deployed_yet_reserves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    patient = target()
    cast(FakeTarget, patient).systems = (System("orders", functions=(Function("missing", timeout=5),)),)
    examine(patient)
    assert "20 to reserve, 900 can be" in capsys.readouterr().out


@pytest.mark.requirement("RP-5")
@pytest.mark.parametrize(
    ("unsaid", "advice"),
    [
        ("allowed_account_ids", "whatever account the credentials are of"),
        ("emails", "say under emails who hears them"),
    ],
)
def test_production_says_whose_account_it_is_in_and_who_hears_its_alarms(
    unsaid: str, advice: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "900")
    said: dict[str, Any] = {
        "production": True,
        "allowed_account_ids": ("000000000000",),
        "emails": {"operators-alarms": ("on-call@example.com",)},
    }
    examine(target("prod", **said))
    del said[unsaid]
    with pytest.raises(OperationError, match="1 checks say what to do"):
        examine(target("prod", **said))
    assert advice in capsys.readouterr().out


@pytest.mark.requirement("RP-5", "ALL-13")
@pytest.mark.parametrize(
    ("stands", "commands"),
    [
        (True, "pulumi config set --secret orders-webhook-secrets --stack dev"),
        (False, "pulumi stack init dev"),
    ],
)
def test_secrets_that_nobody_has_set_are_named_with_their_commands(
    stands: bool, commands: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "900")
    patient = target()
    with pytest.raises(OperationError, match="1 checks say what to do"):
        examine(patient, FakePulumi(patient, standing=("security",) if stands else ()))
    told = capsys.readouterr().out
    assert "0 of 1 are set" in told
    assert commands in told
    assert ("stack init" in told) is not stands


@pytest.mark.requirement("RP-5")
def test_a_backend_that_does_not_answer_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "900")

    class LoggedOut(FakePulumi):
        def stacks(self) -> dict[str, Stack]:
            raise OperationError("pulumi stack ls failed")

    with pytest.raises(OperationError, match="1 checks say what to do"):
        examine(target(), LoggedOut(target()))
    assert "could not be checked: log in to the Pulumi backend by pulumi login" in capsys.readouterr().out


HINT = "a new account may allow 3008 MB at most"


def _of_much_memory(**said: Any) -> Target:
    patient = target(**said)
    large = Function("large", timeout=5, memory_mb=3_072)
    cast(FakeTarget, patient).systems = (System("files", functions=(large, Function("small", timeout=5))),)
    return patient


@pytest.mark.requirement("RP-5", "MD-3")
def test_memory_that_a_new_account_may_refuse_is_told_and_does_not_stop_a_deployment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "900")
    examine(_of_much_memory())
    found = capsys.readouterr().out
    assert "up to 3072 MB" in found
    assert f"{HINT}, and the deployment would fail then: say maximumMemoryMb: 3008 in environments/dev.yaml" in found


@pytest.mark.requirement("RP-5", "MD-3")
@pytest.mark.parametrize(("said", "deployed"), [({"maximum_memory_mb": 3_008}, {}), ({}, {"large-dev": 3_072})])
def test_memory_that_the_account_is_known_to_allow_is_well(
    said: dict[str, int], deployed: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    patient = _of_much_memory(**said)
    aws_of(patient).memories = deployed
    examine(patient)
    assert capsys.readouterr().out.count("ok") == 5


@pytest.mark.requirement("RP-5", "MD-3")
def test_memory_that_was_capped_as_it_was_deployed_proves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    patient = _of_much_memory()
    aws_of(patient).memories = {"large-dev": 3_008}
    examine(patient)
    assert capsys.readouterr().out.count("ok") == 4


@pytest.mark.requirement("RP-5", "ALL-2")
def test_reservations_that_are_unset_fit_a_new_account() -> None:
    patient = target(reserved_concurrency=None)
    aws_of(patient).quota = 10
    examine(patient)


@pytest.mark.requirement("RP-5")
def test_the_embedded_target_needs_no_logging_role() -> None:
    patient = target("local")
    aws_of(patient).logging_role = None
    examine(patient)
