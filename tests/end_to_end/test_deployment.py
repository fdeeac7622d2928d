"""What was deployed is what the programs say, and stays so."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.layers import LAYERS
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import Done
from tests.measurements import Measure

CHANGE = re.compile(r"\d+ (created|updated|replaced|deleted|to create|to update|to replace|to delete|changed)")


def test_the_first_deployment_previews_every_layer_before_it_creates_anything(first_deployment: Done) -> None:
    assert first_deployment.said.index("deploying security") > first_deployment.said.rindex("to create")


def test_deploying_an_unchanged_environment_changes_nothing(deployed: Deployed, measure: Measure) -> None:
    again = deployed.environment.run("deploy-all").succeeded()
    measure("deploy-all of an unchanged environment", again.seconds)
    assert CHANGE.findall(again.said) == []
    assert again.said.count(" unchanged") == 2 * len(LAYERS)


def test_the_state_is_what_aws_describes_in_every_layer(deployed: Deployed) -> None:
    with ThreadPoolExecutor(2) as pool:
        refreshed = list(pool.map(_refresh, [deployed] * len(LAYERS), LAYERS))
    assert [(done.status, CHANGE.findall(done.said)) for done in refreshed] == [(0, [])] * len(LAYERS)


def test_a_change_behind_pulumis_back_is_seen(deployed: Deployed) -> None:
    logs = deployed.environment.client("logs")
    group = f"/aws/lambda/{deployed.environment.named('transaction-router')}"
    logs.put_retention_policy(logGroupName=group, retentionInDays=7)
    try:
        assert _refresh(deployed, "compute").status != 0
    finally:
        logs.put_retention_policy(logGroupName=group, retentionInDays=30)


def test_the_doctor_finds_nothing_wrong_with_the_embedded_target(deployed: Deployed) -> None:
    assert "account 000000000000" in deployed.environment.recipe("doctor", deployed.environment.name).succeeded().said


def test_the_smoke_samples_are_answered_and_arrive_as_expected(deployed: Deployed) -> None:
    smoked = deployed.environment.recipe("smoke", deployed.environment.name).succeeded()
    assert "every sample was answered and arrived as expected" in smoked.said


@pytest.mark.requirement("RP-3")
def test_a_layer_can_be_previewed_by_hand_in_its_folder_under_the_pack(deployed: Deployed) -> None:
    done = deployed.environment.pulumi("messaging", "preview", "--policy-pack", "../../policies", "--expect-no-changes")
    assert "event-systems@" in done.succeeded().said


@pytest.mark.requirement("RP-4")
def test_every_layer_is_up_to_date_after_its_deployment(deployed: Deployed) -> None:
    status = deployed.environment.run("status").succeeded().said
    assert status.count("up to date") == len(LAYERS)


def test_send_signs_each_line_of_a_file_and_shows_the_answers(deployed: Deployed) -> None:
    environment = deployed.environment
    file = environment.state / "two.jsonl"
    good = (
        '{"event_id": "sent-{run}", "transaction_type": "refund", "amount": 0.10, "timestamp": "2026-11-20T09:14:07Z"}'
    )
    file.write_text(f'{good}\n{{"body": {{"event_id": "bad"}}, "expect": 400}}\n')
    sent = environment.recipe("send", "transactions", str(file), environment.name).succeeded()
    assert re.search(r"1 +│ 202 .*\n.*2 +│ 400", sent.said)


def test_logs_shows_what_a_function_said(deployed: Deployed) -> None:
    logs = deployed.environment.recipe("logs", "webhook-validator", deployed.environment.name).succeeded()
    assert "webhook answered" in logs.said


def _refresh(deployed: Deployed, layer: str) -> Done:
    return deployed.environment.pulumi(layer, "refresh", "--preview-only", "--expect-no-changes")
