"""A user's mistake is answered with what would be right, never with a traceback."""

from pathlib import Path

import pytest

from shared.layers import LAYERS as LAYERS_IN_ORDER
from shared.systems import known_functions, known_systems
from tests.end_to_end.deployed import Deployed

SYSTEMS = ", ".join(known_systems())
LAYERS = f"there are: {', '.join(LAYERS_IN_ORDER)}"


@pytest.mark.parametrize(
    ("recipe", "answer"),
    [
        (("deploy", "network"), f"there is no layer 'network'; {LAYERS}"),
        (("logs", "router"), "there is no function 'router'; there are: " + ", ".join(known_functions())),
        (("send", "payments", "any.jsonl"), "there is no system 'payments'; there are: " + SYSTEMS),
        (("send", "transactions", "missing.jsonl"), "there is no file missing.jsonl"),
    ],
)
def test_a_wrong_name_is_answered_with_the_valid_ones(deployed: Deployed, recipe: tuple[str, ...], answer: str) -> None:
    assert answer in deployed.environment.run(*recipe).refused().said


@pytest.mark.parametrize(
    "command", ["deploy-all", "preview-all", "destroy-all", "outputs", "status", "doctor", "smoke"]
)
def test_a_wrong_environment_is_answered_with_the_valid_ones(deployed: Deployed, command: str) -> None:
    environment = deployed.environment
    done = environment.recipe(command, "local-nowhere").refused()
    assert (
        "environment 'local-nowhere' has no file environments/local-nowhere.yaml; there are: dev, local," in done.said
    )


def test_a_bad_line_of_a_file_to_send_is_named(deployed: Deployed, tmp_path: Path) -> None:
    file = tmp_path / "webhooks.jsonl"
    file.write_text('{"event_id": "one"}\n{"body": {}, "expects": 202}\n')
    assert f"{file}:2 is not a sample" in deployed.environment.run("send", "transactions", str(file)).refused().said


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ("logLevel: LOUD", "logLevel: 'LOUD' is not allowed; it must be one of: DEBUG, INFO, WARNING, ERROR"),
        ("suffix: Too_Long", "suffix: 'Too_Long' is not allowed; it must be 1 to 20 of a-z, 0-9 and -"),
        ("systems: [payments]", "it must be a list of some of: " + SYSTEMS),
        ("allowedAccountIds: ['123456789012']", "environments/local-wrong.yaml allows only: 123456789012"),
        ("reservedConcurrency: {webhook-validator: 950}", "lower reservedConcurrency in environments/local-wrong.yaml"),
    ],
)
def test_a_wrong_setting_stops_a_deployment_at_its_start(deployed: Deployed, settings: str, answer: str) -> None:
    file = deployed.environment.settings_file.with_name("local-wrong.yaml")
    file.write_text(settings)
    try:
        assert answer in deployed.environment.recipe("deploy-all", "local-wrong").refused().said
    finally:
        file.unlink()
