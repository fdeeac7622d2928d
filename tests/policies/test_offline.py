"""A deployed state is judged as the engine would have it judged, without the engine."""

import json
import runpy
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import ReportViolation, StackValidationArgs, StackValidationPolicy

import policies
from policies import offline
from policies.framework.configuration import Configuration
from policies.framework.enforcement import Enforcement
from policies.framework.operation import Operation
from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.offline import SECRET, SIGNATURE, findings, main

FOLDER = Path(policies.__file__).parent
FUNCTION = "aws:lambda/function:Function"
GOOD = {"architectures": ["arm64"], "tracingConfig": {"mode": "Active"}}
BAD = {**GOOD, "architectures": ["x86_64"]}
AS_IT_COMES = Configuration()
ARM64 = "lambda-arm64-only"
HIDDEN = {SIGNATURE: SECRET, "ciphertext": "v1:aaaa"}


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources)}}


def function(**said: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:dev::compute::{FUNCTION}::intake"
    return {"urn": urn, "custom": True, "type": FUNCTION, "inputs": GOOD, **said}


def found(rule: str, *resources: dict[str, Any]) -> list[str]:
    return [one["message"] for one in findings(state(*resources), FOLDER, AS_IT_COMES) if one["rule"] == rule]


def test_what_a_rule_finds_is_told_with_the_rule_and_the_resource() -> None:
    (one,) = (one for one in findings(state(function(inputs=BAD)), FOLDER, AS_IT_COMES) if one["rule"] == ARM64)
    assert one["urn"].endswith("::intake")
    assert one["severity"] == "medium"
    assert one["documentation"].startswith("https://docs.aws.amazon.com/")
    assert one["message"].startswith(f"[{ARM64}] intake: `architectures` is ['x86_64']")


def test_a_good_state_gives_no_finding() -> None:
    assert found(ARM64, function()) == []
    assert list(findings(state(), FOLDER, AS_IT_COMES)) == []
    assert list(findings({"deployment": {}}, FOLDER, AS_IT_COMES)) == []


def test_what_is_the_engines_own_and_what_is_about_to_go_is_not_judged() -> None:
    assert found(ARM64, function(inputs=BAD, delete=True)) == []
    assert found(ARM64, function(inputs=BAD, type="pulumi:pulumi:StackReference")) == []


@pytest.mark.parametrize("architectures", [HIDDEN, [HIDDEN]])
def test_a_secret_that_a_rule_reads_is_a_finding(architectures: Any) -> None:
    (message,) = found(ARM64, function(inputs={**GOOD, "architectures": architectures}))
    assert "is unknown in an update" in message


def test_a_secret_that_no_rule_reads_is_none() -> None:
    assert found(ARM64, function(inputs={**GOOD, "environment": HIDDEN})) == []


def test_a_rule_that_fails_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_: Resource) -> Iterator[Finding]:
        raise RuntimeError("hush")

    broken = ResourceRule(
        "policies.lambda_.broken",
        description="It is broken.",
        severity=Severity.LOW,
        documentation="",
        types=[FUNCTION],
        check=check,
    )
    monkeypatch.setattr(offline, "policies_of", lambda *_: Enforcement([broken], Operation()).policies())
    (message,) = found("lambda-broken", function())
    assert "the rule failed with RuntimeError" in message
    assert "hush" not in message


def test_an_exemption_covers_its_finding_and_no_other() -> None:
    exemption = {
        "urn": "urn:pulumi:dev::compute::policies:exemption:Exemption::legacy",
        "type": "policies:exemption:Exemption",
        "inputs": {
            "rule": ARM64,
            "resource": f"{FUNCTION}::intake",
            "finding": "architectures x86_64",
            "reason": "the vendor's library",
            "until": (datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
        },
    }
    exemption["outputs"] = exemption["inputs"]
    told = [one["rule"] for one in findings(state(exemption, function(inputs=BAD)), FOLDER, AS_IT_COMES)]
    assert ARM64 not in told
    assert not [rule for rule in told if rule.startswith("exemptions-")]
    unused = [one["rule"] for one in findings(state(exemption, function()), FOLDER, AS_IT_COMES)]
    assert "exemptions-used" in unused


def test_a_policy_on_stacks_is_shown_what_is_deployed_and_what_comes_from_what(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        if not args.resources:
            args.not_applicable("there is nothing")
        log, intake = args.resources
        seen.update(
            properties=log.props,
            provider=log.provider.props if log.provider else None,
            parent=log.parent,
            dependencies=log.dependencies,
            names=log.property_dependencies,
            protected=log.opts.protect,
        )
        report("the stack as a whole")
        report("one of it", intake.urn)

    policy = StackValidationPolicy(name="joined", description="It joins.", validate=validate)
    monkeypatch.setattr(offline, "policies_of", lambda *_: [policy])
    provider = {
        "urn": "urn:pulumi:dev::compute::pulumi:providers:aws::default",
        "type": "pulumi:providers:aws",
        "id": "1",
        "inputs": {"region": "us-east-1"},
    }
    intake = function()
    log = {
        "urn": "urn:pulumi:dev::compute::aws:cloudwatch/logGroup:LogGroup::intake",
        "type": "aws:cloudwatch/logGroup:LogGroup",
        "custom": True,
        "provider": f"{provider['urn']}::1",
        "outputs": {"name": "/aws/lambda/intake"},
        "parent": intake["urn"],
        "dependencies": [intake["urn"], "urn:gone"],
        "propertyDependencies": {"name": [intake["urn"]], "tags": None},
        "protect": True,
    }
    told = list(findings(state(provider, log, intake), FOLDER, AS_IT_COMES))
    assert [(one["message"], one["urn"]) for one in told] == [
        ("the stack as a whole", ""),
        ("one of it", intake["urn"]),
    ]
    assert told[0]["severity"] == told[0]["documentation"] == ""
    assert seen["properties"] == {"name": "/aws/lambda/intake"}
    assert seen["provider"] == {"region": "us-east-1"}
    assert seen["protected"] is True
    parent = seen["parent"]
    assert parent.urn == intake["urn"]
    assert seen["dependencies"] == [parent]
    assert seen["names"] == {"name": [parent], "tags": []}
    assert list(findings(state(), FOLDER, AS_IT_COMES)) == []


def test_the_findings_of_several_states_are_printed_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in files:
        file.write_text(json.dumps(state(function(inputs=BAD))))
    monkeypatch.setattr(sys, "argv", ["offline", *map(str, files)])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(str(FOLDER / "offline.py"), run_name="__main__")
    assert [one["rule"] for one in json.loads(capsys.readouterr().out)].count(ARM64) == 2


QUEUE = {"type": "aws:sqs/queue:Queue", "inputs": {"name": "orders-dev", "visibilityTimeoutSeconds": 59}}
MAPPING = {
    "type": "aws:lambda/eventSourceMapping:EventSourceMapping",
    "inputs": {
        "eventSourceArn": "arn:aws:sqs:us-east-1:123456789012:orders-dev",
        "functionName": "intake-dev",
        "functionResponseTypes": ["ReportBatchItemFailures"],
    },
}
INTEGRATION = {
    "type": "aws:apigateway/integration:Integration",
    "inputs": {
        "uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:us-east-1:123456789012:function:intake-dev/invocations"
    },
}


def deployed(project: str, *resources: dict[str, Any]) -> dict[str, Any]:
    """The state of a stack of the project."""
    return state(*({"urn": f"urn:pulumi:dev::{project}::{one['type']}::one", **one} for one in resources))


@pytest.mark.parametrize(
    ("rule", "others", "fits"),
    [
        ("sqs-visibility-timeout", [deployed("messaging", QUEUE), deployed("compute", MAPPING)], 9),
        ("apigateway-integration-timeout", [deployed("api", INTEGRATION)], 29),
    ],
)
def test_what_only_stacks_together_show_is_found_once(
    rule: str, others: list[dict[str, Any]], fits: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(timeout: int) -> list[str]:
        intake = state(function(inputs={**GOOD, "name": "intake-dev", "timeout": timeout}))
        files = [tmp_path / f"{number}.json" for number in range(1 + len(others))]
        for file, written in zip(files, [intake, *others], strict=True):
            assert rule not in [one["rule"] for one in findings(written, FOLDER, AS_IT_COMES)]
            file.write_text(json.dumps(written))
        assert main([str(file) for file in files], FOLDER) == 0
        return [one["rule"] for one in json.loads(capsys.readouterr().out)]

    assert told(fits + 1).count(rule) == 1
    assert rule not in told(fits)


def test_the_settings_are_those_that_the_engine_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, config = tmp_path / "state.json", tmp_path / "config.json"
    file.write_text(json.dumps(state(function(inputs={**GOOD, "name": "intake-elsewhere"}))))
    named: list[bool] = []
    for suffix in ("elsewhere", "dev"):
        config.write_text(json.dumps({"naming-ends-in-suffix": {"suffix": suffix}}))
        assert main(["--policy-pack-config", str(config), str(file)], FOLDER) == 0
        named.append("naming-ends-in-suffix" in capsys.readouterr().out)
    assert named == [False, True]
    config.write_text("nothing")
    assert main(["--policy-pack-config", str(config), str(file)], FOLDER) == 2
    assert capsys.readouterr().err == f"error: {config}: it is not JSON, from line 1 column 1 on\n"


def test_a_rule_that_is_disabled_finds_nothing() -> None:
    off = Configuration(disabled=frozenset({ARM64}))
    assert ARM64 not in [one["rule"] for one in findings(state(function(inputs=BAD)), FOLDER, off)]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"deployment": null}', '{"deployment": {"resources": [{"custom": true}]}}']
)
def test_what_is_no_state_is_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    assert main([str(file)], FOLDER) == 2
    assert capsys.readouterr().err.startswith(f"error: {file} is not what it should be: ")
