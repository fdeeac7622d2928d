"""An environment on the embedded target, used through the recipes' own command line and looked at through AWS's API."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local import emulator
from local.paths import TOOLCHAIN
from tests.end_to_end.checkout import Checkout

SETTINGS = 'suffix: {suffix}\nallowedAccountIds: ["000000000000"]\ntags:\n  CostCenter: tests\n'
ACCOUNT = "000000000000"
TIME_LIMIT = 900


@dataclass(frozen=True)
class Done:
    """What a command said, both streams in one, and how long it took in seconds."""

    status: int
    said: str
    seconds: float

    def succeeded(self) -> "Done":
        assert self.status == 0, self.said
        return self

    def refused(self) -> "Done":
        """A failure that is said in words."""
        assert self.status == 1, self.said
        assert "Traceback" not in self.said
        return self


class Environment:
    """One environment in a checkout, with its emulator's state in a folder of the tests'."""

    def __init__(self, checkout: Checkout, state: Path, name: str) -> None:
        self.checkout = checkout
        self.state = state
        self.name = name
        self.suffix = name.removeprefix("local-")
        self.settings_file.write_text(SETTINGS.format(suffix=self.suffix))

    @property
    def settings_file(self) -> Path:
        return self.checkout.root / "environments" / f"{self.name}.yaml"

    def run(self, *command: str) -> Done:
        """One of the recipes' commands for this environment."""
        return self._run(self.checkout.python, "-m", "operations", *command, self.name)

    def recipe(self, *command: str) -> Done:
        """A recipe itself, through just."""
        own = TOOLCHAIN / "tools" / "bin" / "just"
        just = own if own.exists() else shutil.which("just")
        assert just, "these tests need just: run ./justw once"
        return self._run(just, *command)

    def pulumi(self, layer: str, *arguments: str) -> Done:
        """The CLI by hand in a layer's project, with what `just exports` says."""
        script = f'{self._exports}\ncd projects/{layer} && exec pulumi "$@" --stack {self.name} --non-interactive'
        return self._run("sh", "-euc", script, "sh", *arguments)

    def outputs(self) -> dict[str, Mapping[str, Any]]:
        """Each deployed layer's outputs as `export` writes them; secret ones are ciphertext."""
        folder = self.state / "exports" / self.name
        self.run("export", str(folder)).succeeded()
        return {file.stem: _stack_outputs(file) for file in folder.iterdir()}

    def named(self, name: str) -> str:
        return f"{name}-{self.suffix}"

    def client(self, service: str, role: str | None = None) -> Any:
        """A client as the emulator's administrator, or as one of the environment's roles."""
        held = self.client("sts").assume_role(**self._session_of(role))["Credentials"] if role else {}
        session: Any = boto3.Session()
        return session.client(
            service,
            endpoint_url=self.endpoint.url,
            region_name="us-east-1",
            aws_access_key_id=held.get("AccessKeyId", "test"),
            aws_secret_access_key=held.get("SecretAccessKey", "test"),
            aws_session_token=held.get("SessionToken"),
            config=Config(retries={"total_max_attempts": 1}),
        )

    @property
    def endpoint(self) -> emulator.Endpoint:
        found = emulator.running(self.state / "emulator")
        assert found, "the emulator of these tests does not run"
        return found

    @cached_property
    def _exports(self) -> str:
        return self.run("exports").succeeded().said

    @cached_property
    def secret(self) -> str:
        """The webhook secret that the deployment invented."""
        name = f"/transactions/{self.named('webhook-secrets')}"
        return self.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]

    def log(self, function: str) -> list[str]:
        """Every log line of a function."""
        pages = self.client("logs").get_paginator("filter_log_events")
        group = f"/aws/lambda/{self.named(function)}"
        return [event["message"] for page in pages.paginate(logGroupName=group) for event in page["events"]]

    def _session_of(self, role: str) -> dict[str, str]:
        return {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/{self.named(role)}", "RoleSessionName": "end-to-end"}

    def _run(self, *command: str | Path) -> Done:
        begun = time.monotonic()
        with subprocess.Popen(
            [str(part) for part in command],
            cwd=self.checkout.root,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", "/"),
                "LANG": "C.UTF-8",
                # Tables are as wide as what they hold.
                "COLUMNS": "400",
                "EVENT_SYSTEMS_STATE": str(self.state),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                said, _ = process.communicate(timeout=TIME_LIMIT)
            except BaseException:
                _interrupt(process)
                raise
        return Done(process.returncode, said, time.monotonic() - begun)


def _interrupt(process: subprocess.Popen[str]) -> None:
    """End a command with all that it started, as Ctrl-C does: an engine that is killed leaves its plugins behind."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def _stack_outputs(file: Path) -> Mapping[str, Any]:
    resources = json.loads(file.read_text())["deployment"]["resources"]
    return next(found["outputs"] for found in resources if found["type"] == "pulumi:pulumi:Stack")
