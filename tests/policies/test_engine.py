"""The pack under the genuine engine: what stops a preview, what is put off, and what stops the update."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from local.paths import CHECKOUT, PULUMI_BIN
from tests.policies.plugin import PACK
from tests.policies.test_example_programs import GREETER as SHAPE
from tests.policies.test_example_programs import SETTINGS, found

FAKE_PROVIDER = Path(__file__).with_name("fake_aws_provider.py")
PROGRAM = """
import json
import pulumi
import pulumi_aws as aws
{before}

TAGS = dict.fromkeys(("Environment", "Project", "System", "Layer", "ManagedBy", "CostCenter"), "orders")
DENY = {{
    "Effect": "Deny", "Action": "sqs:*", "Resource": "*", "Principal": "*",
    "Condition": {{"Bool": {{"aws:SecureTransport": "false"}}}},
}}

def policy(action):
    return lambda arn: json.dumps({{"Statement": {{"Effect": "Allow", "Action": action, "Resource": arn}}}})

queue = aws.sqs.Queue(
    "orders", name="orders-dev", tags={tags}, sqs_managed_sse_enabled=True,
    redrive_allow_policy=json.dumps({{"redrivePermission": "denyAll"}}), opts={options},
)
{beside}
aws.iam.RolePolicy("{name}", name="{name}-dev", role="orders", policy={policy})
"""
KNOWN = 'policy("{}")("arn:aws:sqs:us-east-1:123456789012:orders-dev")'
UNKNOWN = 'queue.arn.apply(policy("{}"))'
GOOD = KNOWN.format("sqs:SendMessage")
QUEUE_POLICY = 'aws.sqs.QueuePolicy("orders", queue_url=queue.url, policy=json.dumps({"Statement": DENY}))'
EXEMPTION = """
pack = __import__("importlib.util").util
spec = pack.spec_from_file_location("policies", "{pack}/__init__.py", submodule_search_locations=["{pack}"])
__import__("sys").modules["policies"] = pack.module_from_spec(spec)
from policies.exemption import Exemption
legacy = Exemption(
    "legacy", rule="tags-required", resource="aws:sqs/queue:Queue::orders", finding="no tag Layer",
    reason="it has none", until="{until}",
)
"""


GREETER = """
import json
import pulumi_aws as aws

trust = {
    "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"},
}
role = aws.iam.Role("greeter", name="greeter-7f3a", assume_role_policy=json.dumps({"Statement": trust}))
aws.iam.RolePolicyAttachment(
    "greeter", role=role.name, policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
)
function = aws.lambda_.Function(
    "greeter", name="greeter-7f3a", role=role.arn, runtime="nodejs22.x", handler="index.handler", s3_bucket="code",
    s3_key="greeter.zip",
)
aws.lambda_.FunctionUrl("greeter", function_name=function.name, authorization_type="NONE")
"""


class Project:
    """A throw-away Pulumi project with a state of its own, a provider that makes nothing, and this pack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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
        self.run("config", "set", "aws:region", "us-east-1")

    def declare(
        self,
        name: str,
        policy: str = GOOD,
        *,
        before: str = "",
        tags: str = "TAGS",
        options: str = "None",
        beside: str = QUEUE_POLICY,
    ) -> None:
        """Writes the program: a queue with what belongs to it, and a policy."""
        program = PROGRAM.format(name=name, policy=policy, before=before, tags=tags, options=options, beside=beside)
        (self.folder / "__main__.py").write_text(program)

    def configured(self, **rules: Mapping[str, Any]) -> tuple[str, str]:
        """The arguments that give the pack a configuration, by rule in snake case."""
        file = self.folder / "policies.json"
        file.write_text(json.dumps({rule.replace("_", "-"): settings for rule, settings in rules.items()}))
        return ("--policy-pack-config", str(file))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._pulumi, *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def preview(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("preview", "--policy-pack", str(PACK), *arguments)

    def update(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("up", "--yes", "--skip-preview", "--policy-pack", str(PACK), *arguments)


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
    assert "[iam-no-wildcards] deferred: `policy`: deferred, can't be known in this preview" in preview.stdout
    update = project.update()
    assert update.returncode != 0
    assert "[iam-no-wildcards] deferred: statement 0 of `policy` allows action `sqs:*`" in update.stdout


@pytest.mark.requirement("RP-3", "ALL-3")
def test_a_good_document_that_was_unknown_in_the_preview_passes_the_update(project: Project) -> None:
    project.declare("good", UNKNOWN.format("sqs:SendMessage"))
    update = project.run("up", "--yes", "--policy-pack", str(PACK))
    assert update.returncode == 0, update.stdout + update.stderr
    assert "`policy`: deferred" in update.stdout


@pytest.mark.requirement("ALL-5")
def test_what_belongs_to_a_resource_is_missed_in_the_preview_and_recognised_though_its_address_is_unknown(
    project: Project,
) -> None:
    project.declare("bare", beside="")
    assert "[sqs-tls-only] orders: no policy denies what comes without TLS" in project.preview().stdout
    project.declare("whole")
    preview = project.preview()
    assert preview.returncode == 0, preview.stdout + preview.stderr
    assert "sqs-tls-only" not in preview.stdout


def test_a_setting_changes_what_a_rule_asks_and_a_wrong_one_is_refused(project: Project) -> None:
    project.declare("tagged", tags='{"Owner": "us"}')
    assert "[tags-required] orders: it has no tag `Layer`" in project.preview().stdout
    passed = project.preview(*project.configured(tags_required={"keys": ["Owner"]}))
    assert passed.returncode == 0, passed.stdout + passed.stderr
    refused = project.preview(*project.configured(tags_required={"keys": "Owner"}))
    assert refused.returncode != 0
    assert "tags-required" in refused.stdout + refused.stderr


def test_a_guides_program_is_judged_as_its_shape_is_without_the_engine(project: Project) -> None:
    (project.folder / "__main__.py").write_text(GREETER)
    project.run("config", "set", "aws:region", "eu-west-1")
    settings = {rule.replace("-", "_"): values for rule, values in SETTINGS.items()}
    preview = project.preview(*project.configured(**settings))
    assert preview.returncode != 0
    mandatory = re.findall(r"- \[mandatory\] \[severity: \w+\] +([a-z0-9-]+) ", preview.stdout)
    assert set(mandatory) == found(SHAPE, SETTINGS)


def test_a_remediation_is_off_by_default_and_repairs_where_the_project_asks_for_it(project: Project) -> None:
    project.declare("tagged", tags='{"Owner": "us"}')
    assert project.preview().returncode != 0
    values = dict.fromkeys(("Environment", "Project", "System", "Layer", "ManagedBy", "CostCenter"), "orders")
    repaired = project.update(*project.configured(tags_required={"enforcementLevel": "remediate", "values": values}))
    assert repaired.returncode == 0, repaired.stdout + repaired.stderr
    made = json.loads(project.run("stack", "export").stdout)["deployment"]["resources"]
    (queue,) = (one for one in made if one["type"] == "aws:sqs/queue:Queue")
    assert queue["inputs"]["tags"] == {"Owner": "us", **values}


def test_an_exemption_covers_until_its_day_and_is_kept_in_the_state(project: Project) -> None:
    def declare(until: date) -> None:
        untagged = '{key: value for key, value in TAGS.items() if key != "Layer"}'
        before = EXEMPTION.format(pack=PACK, until=until)
        project.declare("exempt", before=before, tags=untagged, options="pulumi.ResourceOptions(depends_on=[legacy])")

    declare(date.today() + timedelta(days=30))  # noqa: DTZ011 - the pack, in a process of its own, asks the clock too
    update = project.update()
    assert update.returncode == 0, update.stdout + update.stderr
    made = json.loads(project.run("stack", "export").stdout)["deployment"]["resources"]
    (kept,) = (one for one in made if one["type"] == "policies:exemption:Exemption")
    assert kept["inputs"]["reason"] == "it has none"
    declare(date(2026, 1, 1))
    expired = project.preview()
    assert expired.returncode != 0
    assert "[exemptions-valid] legacy: it ended after 2026-01-01" in expired.stdout
    assert "[tags-required] orders: it has no tag `Layer`" in expired.stdout
