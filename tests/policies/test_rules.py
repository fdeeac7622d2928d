"""Each rule against its table of cases, and against every property it reads being unknown."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import Severity, proxy

import policies
from policies.framework.pack import find_rules
from policies.framework.rule import Resource, State
from tests.policies.cases import BAD, GOOD, Bad, Good
from tests.policies.readings import paths_read, with_unknown
from tests.policies.verdicts import ask

SUPPORT = {"framework", "policy_language"}
FOLDER = Path(policies.__file__).parent
RULES = {rule.name: rule for rule in find_rules(FOLDER)}
GOOD_CASES = [
    pytest.param(rule, case, id=f"{rule}-{n}") for rule, cases in GOOD.items() for n, case in enumerate(cases, 1)
]
BAD_CASES = [
    pytest.param(rule, case, id=f"{rule}-{n}") for rule, cases in BAD.items() for n, case in enumerate(cases, 1)
]
READINGS = [
    pytest.param(rule, case, path, id=f"{rule}-{n}-{path}")
    for rule, cases in GOOD.items()
    for n, case in enumerate(cases, 1)
    for path in paths_read(RULES[rule], case)
]


@pytest.mark.requirement("ALL-2", "ALL-3", "ALL-7")
@pytest.mark.parametrize(("rule", "case"), GOOD_CASES)
def test_a_good_resource_is_compliant(rule: str, case: Good) -> None:
    verdict = RULES[rule].evaluate(Resource(case.type, "it", case.properties))
    assert (verdict.state, verdict.findings) == (State.COMPLIANT, ())


@pytest.mark.requirement("ALL-2", "ALL-3", "ALL-7")
@pytest.mark.parametrize(("rule", "case"), BAD_CASES)
def test_a_bad_resource_gets_the_finding_that_names_what_is_wrong(rule: str, case: Bad) -> None:
    verdict = RULES[rule].evaluate(Resource(case.type, "it", case.properties))
    assert verdict.state is State.NON_COMPLIANT
    assert case.finding in [finding.name for finding in verdict.findings]


@pytest.mark.parametrize(("rule", "case", "path"), READINGS)
@pytest.mark.parametrize("as_sent", [dict, proxy.unknown_checking_proxy], ids=["plain", "proxied"])
def test_an_unknown_property_is_deferred_in_a_preview(
    rule: str, case: Good, path: str, as_sent: Callable[..., Any]
) -> None:
    answer = ask(RULES[rule], case.type, as_sent(with_unknown(case.properties, path)), preview=True)
    assert answer.violations == []
    assert f"[{rule}] it: deferred, `{path.partition('.')[0]}" in answer.deferred


@pytest.mark.parametrize(("rule", "case", "path"), READINGS)
@pytest.mark.parametrize("as_sent", [dict, proxy.unknown_checking_proxy], ids=["plain", "proxied"])
def test_an_unknown_property_is_a_violation_in_an_update(
    rule: str, case: Good, path: str, as_sent: Callable[..., Any]
) -> None:
    answer = ask(RULES[rule], case.type, as_sent(with_unknown(case.properties, path)), preview=False)
    assert answer.deferred == ""
    assert any(f"[{rule}] it: `{path.partition('.')[0]}" in violation for violation in answer.violations)


def test_every_rule_reads_something_in_its_good_cases() -> None:
    assert {rule for rule in RULES if any(paths_read(RULES[rule], case) for case in GOOD[rule])} == set(RULES)


def test_every_rule_has_good_and_bad_cases() -> None:
    assert set(GOOD) == set(BAD) == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_says_what_it_is_for(name: str) -> None:
    rule = RULES[name]
    assert rule.description.endswith(".")
    assert rule.description.count(". ") == 0
    assert rule.severity in Severity
    assert rule.documentation.startswith("https://docs.aws.amazon.com/")
    assert all(resource_type.count(":") == 2 for resource_type in rule.types)


def test_other_types_are_not_applicable() -> None:
    for rule in RULES.values():
        assert rule.evaluate(Resource("aws:ec2/vpc:Vpc", "it", {})).state is State.NOT_APPLICABLE


def test_every_file_in_a_service_folder_is_a_rule_of_the_pack() -> None:
    files = {path.relative_to(FOLDER).with_suffix("") for path in FOLDER.glob("*/*.py") if path.stem != "__init__"}
    expected = {f"{p.parent.name.strip('_')}-{p.name}".replace("_", "-") for p in files if p.parent.name not in SUPPORT}
    assert set(RULES) == expected
