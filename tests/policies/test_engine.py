"""The pack under the genuine engine: what stops a preview, what is put off, and what stops the update."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from local.paths import CHECKOUT, PULUMI_BIN
from tests.policies.plugin import PACK

FAKE_PROVIDER = Path(__file__).with_name("fake_aws_provider.py")
PROGRAM = """
import json
import pulumi_aws as aws

def policy(action):
    return lambda arn: json.dumps({{"Statement": {{"Effect": "Allow", "Action": action, "Resource": arn}}}})

queue = aws.sqs.Queue("orders")
aws.iam.RolePolicy("{name}", role="orders", policy={policy})
"""
KNOWN = 'policy("{}")("arn:aws:sqs:us-east-1:123456789012:orders-dev")'
UNKNOWN = 'queue.arn.apply(policy("{}"))'


class Project:
    """A throw-away Pulumi project with a state of its own, a provider that makes nothing, and this pack."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        binaries, plugin = folder / "bin", folder / f"home/plugins/resource-aws-v{version('pulumi-aws')}"
        for made in (binaries, plugin, folder / "state"):
            made.mkdir(parents=True)
        _script(binaries / "pulumi-language-python", "-m local.language_host")
        _script(plugin / "pulumi-resource-aws", str(FAKE_PROVIDER))
        (folder / "Pulumi.yaml").write_text("name: orders\nruntime: python\n")
        self._environment = {
            "PATH": f"{binaries}{os.pathsep}{PULUMI_BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "AWS_REGION": "us-east-1",
        }
        pulumi = shutil.which("pulumi", path=self._environment["PATH"])
        assert pulumi, "these tests need the pulumi CLI: run ./justw once, or install it"
        self._pulumi = pulumi
        self.run("stack", "init", "dev")

    def declare(self, name: str, policy: str) -> None:
        (self._folder / "__main__.py").write_text(PROGRAM.format(name=name, policy=policy))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._pulumi, *arguments, "--non-interactive"],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def preview(self) -> subprocess.CompletedProcess[str]:
        return self.run("preview", "--policy-pack", str(PACK))

    def update(self) -> subprocess.CompletedProcess[str]:
        return self.run("up", "--yes", "--skip-preview", "--policy-pack", str(PACK))


def _script(file: Path, arguments: str) -> None:
    file.write_text(f'#!/bin/sh\ncd "{CHECKOUT}" && exec "{sys.executable}" {arguments} "$@"\n')
    file.chmod(0o755)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.requirement("RP-3", "ALL-3")
def test_a_known_violation_stops_the_preview(project: Project) -> None:
    project.declare("writer", KNOWN.format("sqs:*"))
    preview = project.preview()
    assert preview.returncode != 0
    assert "[mandatory]" in preview.stdout
    assert "[iam-no-wildcards] writer: statement 0 of `policy` allows action `sqs:*`" in preview.stdout


@pytest.mark.requirement("RP-3", "ALL-3")
def test_an_unknown_document_is_deferred_by_name_in_the_preview_and_stops_the_update(project: Project) -> None:
    project.declare("deferred", UNKNOWN.format("sqs:*"))
    preview = project.preview()
    assert preview.returncode == 0, preview.stdout + preview.stderr
    assert "[iam-no-wildcards] deferred: deferred, `policy` can't be known in this preview" in preview.stdout
    update = project.update()
    assert update.returncode != 0
    assert "[iam-no-wildcards] deferred: statement 0 of `policy` allows action `sqs:*`" in update.stdout


@pytest.mark.requirement("RP-3", "ALL-3")
def test_a_good_document_that_was_unknown_in_the_preview_passes_the_update(project: Project) -> None:
    project.declare("good", UNKNOWN.format("sqs:SendMessage"))
    update = project.run("up", "--yes", "--policy-pack", str(PACK))
    assert update.returncode == 0, update.stdout + update.stderr
    assert "deferred, `policy`" in update.stdout
