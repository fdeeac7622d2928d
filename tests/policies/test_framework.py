"""The framework fails closed: nothing that can't be judged passes in silence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import EnforcementLevel, proxy
from pulumi_policy.policy import _NotApplicableError as NotApplicableError

from policies.framework import pack
from policies.framework.enforcement import policy_for
from policies.framework.pack import find_rules
from policies.framework.resource import SENTINELS
from policies.framework.rule import Finding, Resource, Rule, Severity, State
from policies.framework.update_mode import UpdateMode
from tests.policies.verdicts import ask

BUCKET = "aws:s3/bucket:Bucket"
UNKNOWN = proxy.UNKNOWN_STRING_VALUE


def rule_that(check: Any) -> Rule:
    return Rule(
        "policies.lambda_.made_up",
        description="Made up.",
        severity=Severity.LOW,
        documentation="https://docs.aws.amazon.com/",
        types=[BUCKET],
        check=check,
    )


def finding(name: str) -> Finding:
    return Finding(name, f"{name} is there", "it should not be", "Remove it.")


def fails(_: Resource) -> Iterator[Finding]:
    raise KeyError("a secret value")


def finds_then_meets_an_unknown(bucket: Resource) -> Iterator[Finding]:
    yield finding("acl")
    bucket.read("policy")
    yield finding("never reached")


def swallows(bucket: Resource) -> Iterator[Finding]:
    yield from (finding(value) for _, value in bucket.read_each("policy") if value == "bad")


def test_a_rule_is_named_for_its_folder_and_file() -> None:
    assert rule_that(fails).name == "lambda-made-up"


def test_a_message_names_rule_resource_what_why_and_repair() -> None:
    answer = ask(rule_that(lambda _: [finding("acl")]), BUCKET, {}, preview=True)
    assert answer.violations == ["[lambda-made-up] it: acl is there; it should not be. Remove it. (finding `acl`)"]


@pytest.mark.parametrize("preview", [True, False])
def test_an_exception_in_a_rule_is_a_violation_that_names_the_rule_and_no_value(preview: bool) -> None:
    answer = ask(rule_that(fails), BUCKET, {}, preview=preview)
    assert len(answer.violations) == 1
    assert answer.violations[0].startswith("[lambda-made-up] it: the rule failed with KeyError at test_framework.py:")
    assert "secret" not in answer.violations[0]


def test_a_rule_is_mandatory_with_its_own_severity_and_page() -> None:
    policy = policy_for(rule_that(fails), UpdateMode())
    assert policy.enforcement_level is EnforcementLevel.MANDATORY
    assert (policy.severity, policy.url) == (Severity.LOW, "https://docs.aws.amazon.com/")


def test_an_update_is_assumed_until_the_engine_says_preview() -> None:
    assert UpdateMode().is_preview is False


def test_a_type_that_a_rule_does_not_look_at_is_told_apart_from_a_pass() -> None:
    with pytest.raises(NotApplicableError) as told:
        ask(rule_that(fails), "aws:ec2/vpc:Vpc", {}, preview=False)
    assert told.value.reason == "it does not look at aws:ec2/vpc:Vpc"


def test_findings_before_an_unknown_are_kept_beside_the_deferral() -> None:
    answer = ask(rule_that(finds_then_meets_an_unknown), BUCKET, {"policy": UNKNOWN}, preview=True)
    assert len(answer.violations) == 1
    assert "`policy` can't be known in this preview" in answer.deferred


def test_findings_outrank_unknown_properties_in_the_state() -> None:
    verdict = rule_that(finds_then_meets_an_unknown).evaluate(Resource(BUCKET, "it", {"policy": UNKNOWN}))
    assert (verdict.state, verdict.unknown) == (State.NON_COMPLIANT, ("policy",))


def test_a_rule_that_goes_on_after_an_unknown_does_not_pass() -> None:
    verdict = rule_that(swallows).evaluate(Resource(BUCKET, "it", {"policy": UNKNOWN}))
    assert verdict.state is State.DEFERRED


def test_a_property_that_is_unknown_twice_is_reported_once() -> None:
    bucket = Resource(BUCKET, "it", {"policy": UNKNOWN})
    assert list(bucket.read_each("policy")) == list(bucket.read_each("policy")) == []
    assert bucket.unknown == ["policy"]


@pytest.mark.parametrize("sentinel", SENTINELS)
def test_every_kind_of_unknown_is_recognised_alone_and_inside_text(sentinel: str) -> None:
    bucket = Resource(BUCKET, "it", {"alone": sentinel, "inside": f"arn:aws:s3:::{sentinel}/*"})
    assert list(bucket.read_each("alone")) == list(bucket.read_each("inside")) == []
    assert bucket.unknown == ["alone", "inside"]


def test_every_sentinel_of_the_sdk_is_known_to_the_framework() -> None:
    assert {value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_")} == set(SENTINELS)


@pytest.mark.parametrize("value", [{"a": {"b": [UNKNOWN]}}, {"a": {"b": UNKNOWN}}, {"a": UNKNOWN}])
def test_a_value_with_an_unknown_part_is_unknown(value: dict[str, Any]) -> None:
    for properties in (value, proxy.unknown_checking_proxy(value)):
        bucket = Resource(BUCKET, "it", properties)
        assert list(bucket.read_each("a")) == []
        assert bucket.unknown == ["a"]


def test_an_unknown_beside_the_path_changes_nothing() -> None:
    bucket = Resource(BUCKET, "it", proxy.unknown_checking_proxy({"a": [{"b": 1}, {"b": UNKNOWN}], "c": UNKNOWN}))
    assert list(bucket.read_each("a.*.b")) == [("a.0.b", 1)]
    assert bucket.read("a.0") == {"b": 1}
    assert bucket.unknown == ["a.1.b"]


def test_what_is_absent_is_none() -> None:
    bucket = Resource(BUCKET, "it", {"a": {}})
    assert (bucket.read("a.b.c"), list(bucket.read_each("b.*.c")), bucket.unknown) == (None, [], [])


@pytest.mark.parametrize("path", ["text.part", "text.*.part"])
def test_a_property_of_another_shape_than_expected_is_an_error_and_not_absent(path: str) -> None:
    with pytest.raises(TypeError, match="`text"):
        list(Resource(BUCKET, "it", {"text": "flat"}).read_each(path))


def test_every_module_of_a_service_folder_is_a_rule_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "policy_language").mkdir()
    (tmp_path / "policy_language" / "wildcards.py").touch()
    (tmp_path / "iam").mkdir()
    (tmp_path / "iam" / "__init__.py").touch()
    assert find_rules(tmp_path) == []
    (tmp_path / "lambda_").mkdir()
    (tmp_path / "lambda_" / "__init__.py").touch()
    (tmp_path / "lambda_" / "arm64_only.py").touch()
    assert [rule.name for rule in find_rules(tmp_path)] == ["lambda-arm64-only"]


def test_a_module_whose_rule_is_missing_or_taken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in ("a", "b"):
        (tmp_path / "iam").mkdir(exist_ok=True)
        (tmp_path / "iam" / f"{file}.py").touch()
    monkeypatch.setattr(pack.importlib, "import_module", lambda _: object())
    with pytest.raises(ValueError, match=r"iam/a\.py has no RULE"):
        find_rules(tmp_path)
    module = type("Module", (), {"RULE": rule_that(fails)})
    monkeypatch.setattr(pack.importlib, "import_module", lambda _: module)
    with pytest.raises(ValueError, match=r"iam/b\.py: another file's rule is called lambda-made-up"):
        find_rules(tmp_path)
