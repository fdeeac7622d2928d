"""Each rule against its table of cases, and against every property it reads being unknown."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from pulumi_policy import Severity

import policies
from policies.framework.pack import SUPPORT, find_rules
from policies.framework.resource import IDENTIFIERS
from policies.framework.rule import StackRule, State
from tests.policies.case import SUBJECT, Bad, Good
from tests.policies.cases import BAD, GOOD
from tests.policies.readings import Reading, readings, with_unknown, without_identifiers
from tests.policies.verdicts import ask, verdict_of

FOLDER = Path(policies.__file__).parent
RULES = {rule.name: rule for rule in find_rules(FOLDER)}
GOOD_CASES = [
    pytest.param(rule, case, id=f"{rule}-{n}") for rule, cases in GOOD.items() for n, case in enumerate(cases, 1)
]
BAD_CASES = [
    pytest.param(rule, case, id=f"{rule}-{n}") for rule, cases in BAD.items() for n, case in enumerate(cases, 1)
]
READINGS = [
    pytest.param(rule, case, reading, id=f"{rule}-{n}-{reading.resource}-{'.'.join(reading.path)}")
    for rule, cases in GOOD.items()
    for n, case in enumerate(cases, 1)
    for reading in readings(RULES[rule], case)
]
# A rule of cdk-nag or a control of AWS Foundational Security Best Practices.
CONTROL = re.compile(r"(AwsSolutions-[A-Z]+\d+|Serverless-[A-Za-z]+|[A-Z][A-Za-z0-9]+\.\d+)")
# It judges exemptions by what other rules found, which tests/policies/test_exemptions.py arranges.
WITHOUT_TABLE = {"exemptions-used"}


def _named(table: Mapping[str, Iterable[Good]]) -> list[ParameterSet]:
    """Each case of a rule on stacks with each of its resources that others could name."""
    return [
        pytest.param(rule, case, peer.place.name, id=f"{rule}-{n}-{peer.place.name}")
        for rule, cases in table.items()
        if isinstance(RULES[rule], StackRule)
        for n, case in enumerate(cases, 1)
        for peer in case.resources
        if set(peer.properties) & set(IDENTIFIERS)
    ]


@pytest.mark.requirement("ALL-1", "ALL-2", "ALL-3", "ALL-4", "ALL-5", "ALL-6", "ALL-7", "ALL-8", "ALL-9", "ALL-10")
@pytest.mark.parametrize(("rule", "case"), GOOD_CASES)
def test_a_good_resource_is_compliant(rule: str, case: Good) -> None:
    verdict = verdict_of(RULES[rule], case)
    assert (verdict.state, verdict.findings) == (State.COMPLIANT, ())


@pytest.mark.requirement("ALL-1", "ALL-2", "ALL-3", "ALL-4", "ALL-5", "ALL-6", "ALL-7", "ALL-8", "ALL-9", "ALL-10")
@pytest.mark.parametrize(("rule", "case"), BAD_CASES)
def test_a_bad_resource_gets_the_finding_that_names_what_is_wrong(rule: str, case: Bad) -> None:
    verdict = verdict_of(RULES[rule], case)
    assert verdict.state is State.NON_COMPLIANT
    assert case.finding in [finding.name for finding in verdict.findings]


@pytest.mark.parametrize(("rule", "case", "reading"), READINGS)
def test_an_unknown_property_is_deferred_in_a_preview(rule: str, case: Good, reading: Reading) -> None:
    answer = ask(RULES[rule], with_unknown(case, reading), preview=True)
    assert answer.violations == []
    assert answer.deferred.startswith(f"[{rule}] {SUBJECT}: `{_beginning(reading)}")
    assert "deferred" in answer.deferred


@pytest.mark.parametrize(("rule", "case", "reading"), READINGS)
def test_an_unknown_property_is_a_violation_in_an_update(rule: str, case: Good, reading: Reading) -> None:
    answer = ask(RULES[rule], with_unknown(case, reading), preview=False)
    assert answer.deferred == ""
    assert any(f"[{rule}] {SUBJECT}: `{_beginning(reading)}" in violation for violation in answer.violations)


def _beginning(reading: Reading) -> str:
    """What the message says is unknown: a part that is not known makes what holds it unknown."""
    return ".".join(reading.path) if reading.path[0] == "provider" else reading.path[0]


@pytest.mark.parametrize(("rule", "case", "name"), _named(GOOD))
def test_a_good_resource_beside_one_that_can_t_be_recognised_yet_is_no_violation(
    rule: str, case: Good, name: str
) -> None:
    answer = ask(RULES[rule], without_identifiers(case, name), preview=True)
    assert answer.violations == []


@pytest.mark.parametrize(("rule", "case", "name"), _named(BAD))
def test_a_bad_resource_beside_one_that_can_t_be_recognised_yet_does_not_pass(rule: str, case: Bad, name: str) -> None:
    assert verdict_of(RULES[rule], without_identifiers(case, name)).state is not State.COMPLIANT


def test_every_rule_reads_something_in_its_good_cases() -> None:
    reading = {rule for rule, cases in GOOD.items() if any(readings(RULES[rule], case) for case in cases)}
    assert reading == set(RULES) - WITHOUT_TABLE


def test_every_rule_has_good_and_bad_cases() -> None:
    assert set(GOOD) == set(BAD) == set(RULES) - WITHOUT_TABLE
    assert all(GOOD.values())
    assert all(BAD.values())


@pytest.mark.parametrize("name", RULES)
def test_every_rule_says_what_it_is_for(name: str) -> None:
    rule = RULES[name]
    assert rule.description.endswith(".")
    assert rule.description.count(". ") == 0
    assert rule.severity in Severity
    assert rule.documentation.startswith("https://docs.aws.amazon.com/")
    assert all(CONTROL.fullmatch(control) for control in rule.controls)
    assert all(resource_type.count(":") == 2 for resource_type in rule.types)
    assert all(knob.description.endswith(".") and knob.schema["type"] for knob in rule.knobs)


def test_other_types_are_not_applicable() -> None:
    for rule in RULES.values():
        assert verdict_of(rule, Good("random:index:Pet", {})).state is State.NOT_APPLICABLE


def test_every_file_in_a_service_folder_is_a_rule_of_the_pack() -> None:
    files = {path.relative_to(FOLDER).with_suffix("") for path in FOLDER.glob("*/*.py") if path.stem != "__init__"}
    expected = {f"{p.parent.name.strip('_')}-{p.name}".replace("_", "-") for p in files if p.parent.name not in SUPPORT}
    assert set(RULES) == expected
