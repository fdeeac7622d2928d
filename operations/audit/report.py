"""An audit's findings as a table, as JSON, and as SARIF."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from operations.audit.finding import Finding
from operations.display import show_table

FORMATS = ("table", "json", "sarif")

# https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
SARIF = "2.1.0"
# What code scanners take for the root of the repository.
ROOT = "%SRCROOT%"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def show(findings: Sequence[Finding], checks: Mapping[str, str], environment: str, form: str) -> None:
    """Prints the findings in one of `FORMATS`; `checks` are all that were made, with what each holds."""
    match form:
        case "json":
            said = {"environment": environment, "checks": dict(checks), "findings": [f.document() for f in findings]}
            print(json.dumps(said, indent=2))
        case "sarif":
            print(json.dumps(sarif(findings, checks), indent=2))
        case _:
            _show_table(findings, checks, environment)


def sarif(findings: Sequence[Finding], checks: Mapping[str, str]) -> dict[str, Any]:
    """The findings as a SARIF log of one run."""
    rules = list(checks)
    driver = {
        "name": "event-systems-audit",
        "rules": [{"id": name, "shortDescription": {"text": meaning}} for name, meaning in checks.items()],
    }
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the checkout."}}},
        "results": [_result(finding, rules.index(finding.check)) for finding in findings],
    }
    return {"$schema": SCHEMA, "version": SARIF, "runs": [run]}


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    place = {"uri": finding.file, "uriBaseId": ROOT}
    return {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": f"{finding.message}. Advice: {finding.advice}."},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": place, "region": {"startLine": finding.line}},
                "logicalLocations": [{"fullyQualifiedName": finding.subject}],
            }
        ],
    }


def _show_table(findings: Sequence[Finding], checks: Mapping[str, str], environment: str) -> None:
    for name, meaning in checks.items():
        count = sum(finding.check == name for finding in findings)
        print(f"{name:16} {'holds' if not count else f'{count} findings':12} {meaning}")
    if findings:
        rows = [(one.check, one.subject, one.message, one.advice, f"{one.file}:{one.line}") for one in findings]
        show_table(f"findings in '{environment}'", ("check", "resource", "finding", "what to do", "where"), rows)
