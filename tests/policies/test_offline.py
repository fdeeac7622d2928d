"""A deployed state is judged as the engine would have it judged, without the engine."""

import json
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import policies
from policies.framework.pack import find_rules
from policies.framework.rule import Finding, Resource, Rule, Severity
from policies.offline import SECRET, SIGNATURE, findings, main

FOLDER = Path(policies.__file__).parent
RULES = find_rules(FOLDER)
FUNCTION = "aws:lambda/function:Function"
GOOD = {"architectures": ["arm64"], "tracingConfig": {"mode": "Active"}}


def state(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources)}}


def function(**said: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:dev::compute::{FUNCTION}::intake"
    return {"urn": urn, "custom": True, "type": FUNCTION, "inputs": GOOD, **said}


def found(*resources: dict[str, Any], rules: list[Rule] | None = None) -> list[tuple[str, str]]:
    return [(one["rule"], one["name"]) for one in findings(state(*resources), RULES if rules is None else rules)]


def test_what_the_rules_find_is_told_with_the_rule_and_the_resource() -> None:
    (one,) = findings(state(function(inputs={**GOOD, "architectures": ["x86_64"]})), RULES)
    assert one["rule"] == "lambda-arm64-only"
    assert one["urn"].endswith("::intake")
    assert one["severity"] == "medium"
    assert one["documentation"].startswith("https://docs.aws.amazon.com/")
    assert one["repair"]


def test_a_good_state_gives_no_finding() -> None:
    assert found(function()) == []
    assert found() == []
    assert list(findings({"deployment": {}}, RULES)) == []


def test_components_the_engines_own_and_what_is_about_to_go_are_not_judged() -> None:
    bad = {**GOOD, "architectures": ["x86_64"]}
    assert found(function(inputs=bad, custom=False)) == []
    assert found(function(inputs=bad, delete=True)) == []
    assert found(function(inputs=bad, type="pulumi:providers:aws")) == []


@pytest.mark.parametrize("inputs", [{"tracingConfig": {"mode": {}}}, {"architectures": [{}]}])
def test_a_secret_that_a_rule_reads_is_a_finding(inputs: dict[str, Any]) -> None:
    secret = {SIGNATURE: SECRET, "ciphertext": "v1:aaaa"}
    hidden = json.loads(json.dumps(inputs).replace("{}", json.dumps(secret)))
    ((_, name),) = found(function(inputs={**GOOD, **hidden}))
    assert name.startswith("unknown ")


def test_a_secret_that_no_rule_reads_is_none() -> None:
    assert found(function(inputs={**GOOD, "environment": {SIGNATURE: SECRET, "ciphertext": "v1:aaaa"}})) == []


def test_a_rule_that_fails_is_a_finding() -> None:
    def check(_: Resource) -> Iterator[Finding]:
        raise RuntimeError("hush")

    broken = Rule(
        "policies.lambda_.broken",
        description="It is broken.",
        severity=Severity.LOW,
        documentation="",
        types=[FUNCTION],
        check=check,
    )
    assert found(function(), rules=[broken]) == [("lambda-broken", "rule failure")]


def test_the_findings_of_several_states_are_printed_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in files:
        file.write_text(json.dumps(state(function(inputs={}))))
    monkeypatch.setattr(sys, "argv", ["offline", *map(str, files)])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(str(FOLDER / "offline.py"), run_name="__main__")
    assert [one["rule"] for one in json.loads(capsys.readouterr().out)] == [
        "lambda-arm64-only",
        "xray-tracing-active",
    ] * 2


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"deployment": null}', '{"deployment": {"resources": [{"custom": true}]}}']
)
def test_what_is_no_state_is_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    assert main([str(file)], FOLDER) == 2
    assert capsys.readouterr().err.startswith(f"error: {file} is no state that pulumi stack export wrote: ")
