"""The Pulumi command line is called as it wants to be, on a stand-in that notes its calls."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from operations.pack_settings import pack_settings
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand, Stack
from operations.target import Target
from shared.references import NOT_DEPLOYED
from shared.settings import Settings
from tests.unit.operations.fakes import target


class StandIn:
    """A `pulumi` on a PATH of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        settings = Settings(environment="dev", suffix="dev", systems=("transactions",))
        environ = {"PATH": f"{folder}:/usr/bin:/bin", "FOLDER": str(folder)}
        self.command = PulumiCommand(Target(settings, environ))

    def answers(self, answer: Any, status: int = 0) -> None:
        (self._folder / "answer").write_text(answer if isinstance(answer, str) else json.dumps(answer))
        script = self._folder / "pulumi"
        script.write_text(
            "#!/bin/sh\n"
            'echo "$@" > "$FOLDER/arguments"; for last; do\n'
            '[ "$before" = --policy-pack-config ] && cp "$last" "$FOLDER/pack"; before=$last; done\n'
            'cat > "$FOLDER/input"; pwd > "$FOLDER/cwd"\n'
            f'echo "${NOT_DEPLOYED}" > "$FOLDER/predicted"\ncat "$FOLDER/answer"\nexit {status}\n'
        )
        script.chmod(0o755)

    def noted(self, what: str) -> str:
        return (self._folder / what).read_text().strip()


@pytest.fixture
def pulumi(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path)


def test_the_stacks_are_those_of_the_environment_and_of_known_projects(pulumi: StandIn) -> None:
    pulumi.answers(
        [
            {"name": "dev", "resourceCount": 10, "lastUpdate": "2026-11-21T09:00:00Z"},
            {"name": "organization/data/dev", "resourceCount": 0},
            {"name": "someone/messaging/dev"},
            {"name": "organization/api/local", "resourceCount": 3},
            {"name": "organization/website/dev", "resourceCount": 3},
        ]
    )
    stacks = pulumi.command.stacks()
    assert stacks == {
        "security": Stack("security", 10, "2026-11-21T09:00:00Z"),
        "data": Stack("data", 0, None),
        "messaging": Stack("messaging", 0, None),
    }
    assert [layer for layer, stack in stacks.items() if stack.deployed] == ["security"]


@pytest.mark.requirement("ALL-13")
def test_a_secret_goes_by_standard_input_and_not_by_the_command_line(pulumi: StandIn) -> None:
    pulumi.answers("")
    pulumi.command.set_secret("security", "orders-webhook-secrets", "hush")
    assert pulumi.noted("input") == "hush"
    assert pulumi.noted("arguments") == "config set --secret orders-webhook-secrets --stack dev"


@pytest.mark.requirement("RP-3")
@pytest.mark.parametrize("verb", ["preview", "up"])
def test_every_preview_and_every_deployment_is_under_the_policy_pack(pulumi: StandIn, verb: str) -> None:
    pulumi.answers("")
    assert getattr(pulumi.command, verb)("data")
    assert pulumi.noted("arguments").startswith(verb)
    assert "--policy-pack ../../policies" in pulumi.noted("arguments")
    assert json.loads(pulumi.noted("pack")) == {
        "naming-ends-in-suffix": {"suffix": "dev"},
        "lambda-reserved-concurrency": {"required": True, "stopped": []},
    }
    assert pulumi.noted("cwd").endswith("projects/data")


def test_the_policy_pack_is_told_which_functions_are_stopped_on_purpose() -> None:
    stopped = target(reserved_concurrency={"rule-evaluation": 0, "alert-processor": 5}).settings
    assert pack_settings(stopped)["lambda-reserved-concurrency"]["stopped"] == ["rule-evaluation-dev"]


def test_the_policy_pack_is_told_whether_functions_reserve() -> None:
    unset = target(reserved_concurrency=None).settings
    assert pack_settings(unset)["lambda-reserved-concurrency"] == {"required": False, "stopped": []}


def test_changes_are_previewed_and_not_made(pulumi: StandIn) -> None:
    pulumi.answers({"steps": []})
    assert json.loads(pulumi.command.changes("data")) == {"steps": []}
    assert pulumi.noted("arguments") == "preview --json --non-interactive --stack dev"


def test_only_a_preview_is_told_what_to_predict(pulumi: StandIn) -> None:
    pulumi.answers("")
    pulumi.command.preview("compute", ["data", "messaging"])
    assert pulumi.noted("predicted") == "data messaging"
    pulumi.command.up("compute")
    assert pulumi.noted("predicted") == ""


def test_each_line_is_printed_behind_its_layer(pulumi: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi.answers("one\n\ntwo\n", status=255)
    assert not pulumi.command.destroy("data")
    assert capsys.readouterr().out == "     data | one\n     data | two\n"


def test_a_failure_says_the_command_and_pulumis_own_words(pulumi: StandIn) -> None:
    pulumi.answers("error: no passphrase", status=255)
    with pytest.raises(OperationError, match=r"pulumi stack output failed in projects/data:\nerror: no passphrase"):
        pulumi.command.outputs("data")


def test_a_missing_cli_is_named_with_the_way_to_it(tmp_path: Path) -> None:
    target = cast(Target, type("Nowhere", (), {"environ": {"PATH": str(tmp_path)}, "environment": "dev"}))
    with pytest.raises(OperationError, match=r"run \./justw"):
        PulumiCommand(target).stacks()
