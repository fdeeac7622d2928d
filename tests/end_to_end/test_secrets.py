"""Webhook secrets: two are accepted during a rotation, and none is ever seen."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.layers import LAYERS
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import Done
from tests.end_to_end.payment_provider import webhook

# A function reads the secrets again after a minute, and on demand after five seconds.
PATIENCE = 75


class Rotation:
    """Writes the parameter, as an operator would; the deployed secret comes back in the end."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        self._parameter = f"/transactions/{deployed.environment.named('webhook-secrets')}"

    def write(self, *secrets: str) -> None:
        self._deployed.environment.client("ssm").put_parameter(
            Name=self._parameter, Value="\n".join(secrets), Type="SecureString", Overwrite=True
        )

    def answers(self, secret: str, status: int) -> bool:
        """Whether webhooks signed with the secret come to be answered so within the time that a function may take."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            # An unknown signature makes a function look whether the secrets have changed.
            self._deployed.provider.post(webhook(), secret="unknown")
            if self._deployed.provider.post(webhook(), secret=secret).status == status:
                return True
            time.sleep(0.5)
        return False


@pytest.fixture
def rotation(deployed: Deployed) -> Iterator[Rotation]:
    begun = Rotation(deployed)
    yield begun
    begun.write(deployed.environment.secret)
    assert begun.answers(deployed.environment.secret, 202)


@pytest.mark.requirement("TX-10", "ALL-13")
def test_a_rotation_needs_no_deployment_and_ends_with_the_old_secret_refused(
    deployed: Deployed, rotation: Rotation
) -> None:
    old, new = deployed.environment.secret, "the-next-secret"
    assert deployed.provider.post(webhook(), secret=new).status == 401
    rotation.write(new, old)
    assert rotation.answers(new, 202)
    assert deployed.provider.post(webhook(), secret=old).status == 202
    rotation.write(new)
    assert rotation.answers(old, 401)
    assert deployed.provider.post(webhook(), secret=new).status == 202


@pytest.mark.requirement("ALL-13")
def test_no_command_shows_a_secret(deployed: Deployed, first_deployment: Done) -> None:
    environment = deployed.environment
    said = [first_deployment, *(environment.run(command).succeeded() for command in ("outputs", "exports", "status"))]
    assert [done for done in said if environment.secret in done.said] == []


@pytest.mark.requirement("ALL-13")
def test_no_state_no_configuration_and_no_export_holds_a_secret_in_plain_text(deployed: Deployed) -> None:
    environment = deployed.environment
    environment.outputs("security")
    backend = environment.state / "backend"
    checkpoints = list(backend.rglob("*.json"))
    assert len(checkpoints) >= len(LAYERS)
    exported = list((environment.state / "exports").rglob("*.json"))
    configured = list(environment.checkout.root.glob("projects/*/Pulumi.local-*.yaml"))
    assert exported
    assert configured
    files = [*backend.rglob("*"), *exported, *configured]
    assert [file for file in files if _holds(file, environment.secret)] == []


@pytest.mark.requirement("ALL-13", "TX-10")
def test_no_function_has_a_secret_in_its_environment_or_its_log(deployed: Deployed) -> None:
    environment = deployed.environment
    secret = environment.secret
    for function in ("webhook-validator", "transaction-router"):
        found = environment.client("lambda").get_function_configuration(FunctionName=environment.named(function))
        assert found["Environment"]["Variables"]
        assert secret not in str(found)
        log = environment.log(function)
        assert log
        assert secret not in "\n".join(log)


def _holds(file: Path, secret: str) -> bool:
    return file.is_file() and secret.encode() in file.read_bytes()
