"""Findings in the three formats."""

import json
from typing import Any

import pytest

from operations.audit.finding import Finding
from operations.audit.report import FORMATS, sarif, show

CHECKS = {"missing-grant": "Every use has its grant.", "policy-pack": "The pack holds."}
FINDING = Finding("policy-pack", "urn:x", "it is [red]", "mend it", "services/shop/system.py", 7)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def printed(capsys: pytest.CaptureFixture[str], form: str, *findings: Finding) -> str:
    show(findings, CHECKS, "dev", form)
    return capsys.readouterr().out


def test_the_table_says_of_each_check_whether_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(capsys, "table", FINDING)
    assert "missing-grant    holds        Every use has its grant." in said
    assert "policy-pack      1 findings   The pack holds." in said
    (row,) = (line for line in said.splitlines() if "urn:x" in line)
    assert [cell.strip() for cell in row.strip("│").split("│")] == [
        "policy-pack",
        "urn:x",
        "it is [red]",
        "mend it",
        "services/shop/system.py:7",
    ]


def test_without_findings_there_is_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert "findings in" not in printed(capsys, "table")


def test_json_has_the_checks_and_the_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(printed(capsys, "json", FINDING)) == {
        "environment": "dev",
        "checks": CHECKS,
        "findings": [
            {
                "check": "policy-pack",
                "subject": "urn:x",
                "message": "it is [red]",
                "advice": "mend it",
                "file": "services/shop/system.py",
                "line": 7,
            }
        ],
    }


# What the schema of SARIF 2.1.0 requires of each object that is written here, and the type of each member.
REQUIRED: dict[str, dict[str, type]] = {
    "log": {"version": str, "runs": list},
    "run": {"tool": dict},
    "tool": {"driver": dict},
    "driver": {"name": str},
    "rule": {"id": str},
    "text": {"text": str},
    "result": {"message": dict},
}
ALLOWED = {
    "log": {"$schema"},
    "run": {"results", "originalUriBaseIds"},
    "driver": {"rules"},
    "rule": {"shortDescription"},
    "result": {"ruleId", "ruleIndex", "level", "locations"},
}


def valid(kind: str, said: dict[str, Any]) -> None:
    for member, type_ in REQUIRED[kind].items():
        assert isinstance(said[member], type_), (kind, member)
    assert set(said) <= set(REQUIRED[kind]) | ALLOWED.get(kind, set()), kind


@pytest.mark.parametrize("findings", [(), (FINDING,), (FINDING, FINDING)])
def test_sarif_has_what_its_schema_requires(findings: tuple[Finding, ...]) -> None:
    log = json.loads(json.dumps(sarif(findings, CHECKS)))
    valid("log", log)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    valid("run", run)
    valid("tool", run["tool"])
    driver = run["tool"]["driver"]
    valid("driver", driver)
    for rule in driver["rules"]:
        valid("rule", rule)
        valid("text", rule["shortDescription"])
    assert len(run["results"]) == len(findings)
    for result in run["results"]:
        valid("result", result)
        valid("text", result["message"])
        assert result["level"] in {"none", "note", "warning", "error"}
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["region"]["startLine"] == 7
        assert physical["artifactLocation"]["uri"] == "services/shop/system.py"
        assert physical["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]


def test_every_format_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert FORMATS == ("table", "json", "sarif")
    assert json.loads(printed(capsys, "sarif", FINDING))["runs"]
