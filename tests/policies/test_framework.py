"""The framework fails closed: nothing that can't be judged passes in silence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import EnforcementLevel, ResourceValidationPolicy, proxy
from pulumi_policy.deserialize import serialize_properties

from policies.framework import pack
from policies.framework.circumstances import Circumstances
from policies.framework.enforcement import Enforcement
from policies.framework.operation import Operation, today_in_utc
from policies.framework.pack import find_rules
from policies.framework.resource import SENTINELS, UnknownPropertyError
from policies.framework.rule import Finding, Knob, Resource, ResourceRule, Severity, Stack, StackRule, State
from policies.tags import required
from policies.xray import tracing_active
from tests.policies.case import Good, Peer, Place, peer
from tests.policies.verdicts import TODAY, arguments, ask, ask_in, operation, urn_of, verdict_of

BUCKET = "aws:s3/bucket:Bucket"
UNKNOWN = proxy.UNKNOWN_STRING_VALUE


def rule_that(check: Any, **more: Any) -> ResourceRule:
    return ResourceRule(
        "policies.lambda_.made_up",
        description="Made up.",
        severity=Severity.LOW,
        documentation="https://docs.aws.amazon.com/",
        types=[BUCKET],
        check=check,
        **more,
    )


def stack_rule_that(check: Any) -> StackRule:
    return StackRule(
        "policies.s3.made_up",
        description="Made up.",
        severity=Severity.LOW,
        documentation="https://docs.aws.amazon.com/",
        types=[BUCKET],
        check=check,
    )


def bucket(**properties: Any) -> Good:
    return Good(BUCKET, properties)


def finding(name: str) -> Finding:
    return Finding(name, f"{name} is there", "it should not be", "Remove it.")


def fails(_: Resource) -> Iterator[Finding]:
    raise KeyError("a secret value")


def finds_then_meets_an_unknown(resource: Resource) -> Iterator[Finding]:
    yield finding("acl")
    resource.read("policy")
    yield finding("never reached")


def swallows(resource: Resource) -> Iterator[Finding]:
    yield from (finding(value) for _, value in resource.read_each("policy") if value == "bad")


def test_a_rule_is_named_for_its_folder_and_file() -> None:
    assert rule_that(fails).name == "lambda-made-up"


def test_a_message_names_rule_resource_what_why_and_repair() -> None:
    answer = ask(rule_that(lambda _: [finding("acl")]), bucket(), preview=True)
    assert answer.violations == ["[lambda-made-up] it: acl is there; it should not be. Remove it. (finding `acl`)"]


@pytest.mark.parametrize("preview", [True, False])
def test_an_exception_in_a_rule_is_a_violation_that_names_the_rule_and_no_value(preview: bool) -> None:
    answer = ask(rule_that(fails), bucket(), preview=preview)
    assert len(answer.violations) == 1
    assert answer.violations[0].startswith("[lambda-made-up] it: the rule failed with KeyError at test_framework.py:")
    assert "secret" not in answer.violations[0]


def test_a_rule_is_mandatory_with_its_own_severity_and_page() -> None:
    (policy,) = Enforcement([rule_that(fails)], Operation()).policies()
    assert policy.enforcement_level is EnforcementLevel.MANDATORY
    assert (policy.severity, policy.url) == (Severity.LOW, "https://docs.aws.amazon.com/")


def test_an_update_is_assumed_until_the_engine_says_preview() -> None:
    assert Operation().is_preview is False


def test_a_type_that_a_rule_does_not_look_at_is_told_apart_from_a_pass() -> None:
    answer = ask(rule_that(fails), Good("aws:ec2/vpc:Vpc", {}), preview=False)
    assert answer.not_applicable == "it does not look at aws:ec2/vpc:Vpc"


def test_a_rule_on_stacks_is_told_apart_from_a_pass_where_the_stack_has_nothing_for_it() -> None:
    answer = ask(stack_rule_that(fails), Good("aws:ec2/vpc:Vpc", {}), preview=False)
    assert answer.not_applicable == "the stack has no resource that it looks at"


def test_findings_before_an_unknown_are_kept_beside_the_deferral() -> None:
    answer = ask(rule_that(finds_then_meets_an_unknown), bucket(policy=UNKNOWN), preview=True)
    assert len(answer.violations) == 1
    assert "it: `policy`: deferred, can't be known in this preview" in answer.deferred


def test_findings_outrank_unknown_properties_in_the_state() -> None:
    verdict = verdict_of(rule_that(finds_then_meets_an_unknown), bucket(policy=UNKNOWN))
    assert (verdict.state, verdict.unknown) == (State.NON_COMPLIANT, ("policy",))


def test_a_rule_that_goes_on_after_an_unknown_does_not_pass() -> None:
    verdict = verdict_of(rule_that(swallows), bucket(policy=UNKNOWN))
    assert verdict.state is State.DEFERRED


def test_a_property_that_is_unknown_twice_is_reported_once() -> None:
    made = Resource(BUCKET, "it", {"policy": UNKNOWN})
    assert list(made.read_each("policy")) == list(made.read_each("policy")) == []
    assert made.unknown == ["policy"]


@pytest.mark.parametrize("sentinel", SENTINELS)
def test_every_kind_of_unknown_is_recognised_alone_and_inside_text(sentinel: str) -> None:
    made = Resource(BUCKET, "it", {"alone": sentinel, "inside": f"arn:aws:s3:::{sentinel}/*"})
    assert list(made.read_each("alone")) == list(made.read_each("inside")) == []
    assert made.unknown == ["alone", "inside"]


def test_every_sentinel_of_the_sdk_is_known_to_the_framework() -> None:
    assert {value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_")} == set(SENTINELS)


@pytest.mark.parametrize("value", [{"a": {"b": [UNKNOWN]}}, {"a": {"b": UNKNOWN}}, {"a": UNKNOWN}])
def test_a_value_with_an_unknown_part_is_unknown(value: dict[str, Any]) -> None:
    for properties in (value, proxy.unknown_checking_proxy(value)):
        made = Resource(BUCKET, "it", properties)
        assert list(made.read_each("a")) == []
        assert made.unknown == ["a"]


def test_an_unknown_beside_the_path_changes_nothing() -> None:
    made = Resource(BUCKET, "it", proxy.unknown_checking_proxy({"a": [{"b": 1}, {"b": UNKNOWN}], "c": UNKNOWN}))
    assert list(made.read_each("a.*.b")) == [("a.0.b", 1)]
    assert made.read("a.0") == {"b": 1}
    assert made.unknown == ["a.1.b"]


def test_what_is_absent_is_none() -> None:
    made = Resource(BUCKET, "it", {"a": {}})
    assert (made.read("a.b.c"), list(made.read_each("b.*.c")), made.unknown) == (None, [], [])


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


def test_numbers_without_a_fraction_are_integers_as_the_program_wrote_them() -> None:
    made = Resource(BUCKET, "it", {"a": 300.0, "b": [1.5, 2.0]})
    assert (repr(made.read("a")), repr(made.read("b"))) == ("300", "[1.5, 2]")


def test_a_setting_is_the_projects_or_the_default() -> None:
    days = Knob("days", 7, "How many.", {"type": "integer"})
    assert Resource(BUCKET, "it", {}).setting(days) == 7
    there = Circumstances("dev", TODAY, settings={"days": 30})
    assert Resource(BUCKET, "it", {}, circumstances=there).setting(days) == 30


def test_the_engine_is_told_of_a_rules_settings() -> None:
    days = Knob("days", 7, "How many.", {"type": "integer"})
    (policy,) = Enforcement([rule_that(fails, knobs=[days])], Operation()).policies()
    assert policy.config_schema is not None
    assert policy.config_schema.properties == {"days": {"type": "integer", "default": 7, "description": "How many."}}


def test_today_is_a_day_in_utc_that_begins_anew_with_each_operation() -> None:
    days = iter([TODAY, TODAY.replace(day=22)])
    during = Operation(lambda: next(days))
    assert during.today == TODAY
    during.begin(stack="dev", is_preview=True)
    assert (during.today.day, during.stack, during.is_preview) == (22, "dev", True)
    assert today_in_utc().year >= 2026


def test_a_rule_on_stacks_judges_each_resource_by_itself() -> None:
    def check(resource: Resource, stack: Stack) -> Iterator[Finding]:
        if resource.read("acl") == "public-read":
            yield finding(f"acl beside {len(stack.resources) - 1}")

    case = Good(BUCKET, {"acl": UNKNOWN}, peers=(peer(BUCKET, {"acl": "public-read"}),))
    answer = ask(stack_rule_that(check), case, preview=True)
    assert len(answer.violations) == 1
    assert "[s3-made-up] other: acl beside 1" in answer.violations[0]
    assert answer.deferred.startswith("[s3-made-up] it: `acl`: deferred")


def test_an_unknown_property_of_another_resource_is_told_with_its_name() -> None:
    def check(resource: Resource, stack: Stack) -> Iterator[Finding]:
        for each in stack.of(QUEUE):
            each.read("url")
        yield from ()

    case = Good(BUCKET, {}, peers=(peer(QUEUE, {"url": UNKNOWN}, "orders"),))
    assert "it: `url of orders`" in ask(stack_rule_that(check), case, preview=True).deferred
    assert "`url of orders` is unknown in an update" in ask(stack_rule_that(check), case, preview=False).violations[0]


QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"


def stack_of(*peers: Peer) -> Stack:
    def made(one: Peer) -> Resource:
        links = {path: [urn_of(name)] for path, name in one.place.links.items()}
        return Resource(one.type, one.place.name, one.properties, urn=urn_of(one.place.name), links=links)

    return Stack(made(each) for each in peers)


ORDERS = Peer(QUEUE, {"name": "orders-dev", "url": UNKNOWN}, Place(name="orders"))
BILLS = Peer(QUEUE, {"name": "bills-dev"}, Place(name="bills"))


@pytest.mark.parametrize(
    ("queue_url", "links", "expected"),
    [
        ("https://sqs.us-east-1.amazonaws.com/1/orders-dev", {}, ["orders"]),
        ("arn:aws:sqs:us-east-1:1:orders-dev", {}, ["orders"]),
        ("orders-dev", {}, ["orders"]),
        ("more-orders-dev", {}, []),
        (UNKNOWN, {"queueUrl": "orders"}, ["orders"]),
        (UNKNOWN, {"queueUrl": "bills"}, ["bills"]),
        ("orders-dev", {"queueUrl": "elsewhere"}, ["orders"]),
        (None, {}, []),
    ],
)
def test_a_resource_names_another_by_what_the_engine_knows_or_else_by_its_value(
    queue_url: str | None, links: dict[str, str], expected: list[str]
) -> None:
    stack = stack_of(ORDERS, BILLS, Peer(QUEUE_POLICY, {"queueUrl": queue_url}, Place(name="policy", links=links)))
    orders, bills, policy = stack.resources
    assert [each.name for each in (orders, bills) if stack.naming(each, QUEUE_POLICY, "queueUrl")] == expected
    named = stack.named_by(policy, "queueUrl", QUEUE)
    assert ([named.name] if named else []) == expected


def test_what_nobody_can_tell_yet_is_unknown_and_not_unrelated() -> None:
    stack = stack_of(ORDERS, Peer(QUEUE_POLICY, {"queueUrl": UNKNOWN}, Place(name="policy")))
    with pytest.raises(UnknownPropertyError):
        stack.naming(stack.resources[0], QUEUE_POLICY, "queueUrl")
    nameless = stack_of(Peer(QUEUE, {"url": UNKNOWN}, Place()), Peer(QUEUE_POLICY, {"queueUrl": "orders"}, Place()))
    with pytest.raises(UnknownPropertyError):
        nameless.naming(nameless.resources[0], QUEUE_POLICY, "queueUrl")


def test_one_that_is_known_makes_up_for_one_that_is_not() -> None:
    policies = [Peer(QUEUE_POLICY, {"queueUrl": url}, Place(name=str(url))) for url in (UNKNOWN, "orders-dev")]
    stack = stack_of(ORDERS, *policies)
    assert [each.name for each in stack.naming(stack.resources[0], QUEUE_POLICY, "queueUrl")] == ["orders-dev"]


def untraced(resource: Resource) -> Iterator[Finding]:
    if not resource.read("traced"):
        yield finding("untraced")


def traces(resource: Resource) -> dict[str, object]:
    return {"traced": True, "name": resource.read("name")}


def remedied(properties: dict[str, Any]) -> Any:
    (policy,) = Enforcement([rule_that(untraced, remediation=traces)], operation(preview=True)).policies()
    assert isinstance(policy, ResourceValidationPolicy)
    return policy.remediate(arguments(Peer(BUCKET, properties, Place())))


def test_a_remediation_repairs_what_is_wrong_and_leaves_the_rest() -> None:
    repaired = remedied({"name": "orders", "acl": "private", "tags": UNKNOWN})
    assert serialize_properties(repaired) == {"name": "orders", "acl": "private", "tags": UNKNOWN, "traced": True}
    assert remedied({"traced": True}) is None


def test_a_remediation_that_needs_an_unknown_value_is_deferred() -> None:
    with pytest.raises(proxy.UnknownValueError) as told:
        remedied({"name": UNKNOWN})
    assert "it: `name`: deferred" in told.value.message
    assert remedied({"traced": UNKNOWN}) is None


def test_a_rule_without_a_remediation_has_none() -> None:
    (policy,) = Enforcement([rule_that(untraced)], Operation()).policies()
    assert isinstance(policy, ResourceValidationPolicy)
    assert not policy.has_remediation()


def test_a_rule_on_stacks_judges_what_the_program_asks_for_and_recognises_what_became_of_it() -> None:
    def check(resource: Resource, stack: Stack) -> Iterator[Finding]:
        yield finding(f"{resource.read('acl')} {resource.read('policy')} {resource.read('arn')}")

    during = operation(preview=True)
    ask_in(during, rule_that(lambda _: []), [Peer(BUCKET, {"acl": "asked"}, Place())])
    made = Peer(BUCKET, {"acl": "made", "policy": UNKNOWN, "arn": "arn:aws:s3:::data"}, Place())
    (violation,) = ask_in(during, stack_rule_that(check), [made]).violations
    assert "asked None arn:aws:s3:::data is there" in violation


def test_a_rule_on_stacks_judges_what_became_of_a_resource_that_the_program_was_not_asked_for() -> None:
    def check(resource: Resource, stack: Stack) -> Iterator[Finding]:
        yield finding(resource.read("acl"))

    (violation,) = ask(stack_rule_that(check), bucket(acl="made"), preview=False).violations
    assert "made is there" in violation


def test_a_stack_by_itself_knows_no_exemption_that_is_unused() -> None:
    assert Stack([]).is_unused("urn:pulumi:dev::orders::policies:exemption:Exemption::legacy") is False


@pytest.mark.requirement("ALL-2", "ALL-7", "ALL-10")
@pytest.mark.parametrize(
    ("rule", "case", "repaired"),
    [
        (tracing_active.RULE, Good("aws:lambda/function:Function", {}), {"tracingConfig": {"mode": "Active"}}),
        (tracing_active.RULE, Good("aws:apigateway/stage:Stage", {}), {"xrayTracingEnabled": True}),
        (
            required.RULE,
            Good(QUEUE, {"tags": {"Owner": "us"}}, settings={"keys": ["Cost"], "values": {"Cost": "1", "Owner": "me"}}),
            {"tags": {"Owner": "us", "Cost": "1"}},
        ),
    ],
)
def test_a_repaired_resource_passes(rule: ResourceRule, case: Good, repaired: dict[str, Any]) -> None:
    (policy,) = Enforcement([rule], operation(preview=False)).policies()
    assert isinstance(policy, ResourceValidationPolicy)
    made = serialize_properties(policy.remediate(arguments(case.resources[0], case.settings)))
    assert made == repaired
    assert verdict_of(rule, Good(case.type, made, settings=case.settings)).state is State.COMPLIANT
