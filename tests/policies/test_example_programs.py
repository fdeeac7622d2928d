"""What the pack finds in programs as beginners' guides have them, whose authors never heard of it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from policies.framework.catalogue import PACK
from policies.framework.resource import Resource
from policies.framework.rule import Stack
from tests.policies.case import ARN, Peer, allow, document, peer
from tests.policies.real_stacks import RULES
from tests.policies.verdicts import as_resource

MANAGED = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
TRUST = document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}})
PROVIDER = {"region": "eu-west-1"}
README = (PACK / "README.md").read_text()
# How a project that has its own names, tags, place and runtime sets the pack, as the README tells it to.
SETTINGS: Mapping[str, Mapping[str, Any]] = json.loads(README[README.index("    {\n") : README.index("\n    }\n") + 6])


def there(type_: str, name: str, /, **properties: Any) -> Peer:
    return peer(type_, properties, name, provider=PROVIDER)


def role(name: str, *attached: str) -> list[Peer]:
    return [
        there("aws:iam/role:Role", name, name=f"{name}-7f3a", assumeRolePolicy=TRUST),
        *(
            there("aws:iam/rolePolicyAttachment:RolePolicyAttachment", f"{name}-{number}", role=name, policyArn=arn)
            for number, arn in enumerate(attached)
        ),
    ]


def function(name: str, /, **properties: Any) -> Peer:
    return there(
        "aws:lambda/function:Function",
        name,
        name=f"{name}-7f3a",
        runtime="nodejs22.x",
        role=f"arn:aws:iam::123456789012:role/{name}-7f3a",
        **properties,
    )


# One function behind a public URL.
GREETER = [
    *role("greeter", MANAGED),
    function("greeter"),
    there("aws:lambda/functionUrl:FunctionUrl", "greeter", functionName="greeter-7f3a", authorizationType="NONE"),
]
# Pictures come into a bucket, and a function makes small ones of them.
THUMBNAILS = [
    *role("thumbnailer", MANAGED),
    there(
        "aws:iam/rolePolicy:RolePolicy",
        "pictures",
        name="pictures-7f3a",
        policy=document(allow(["s3:*"], "*")),
    ),
    there("aws:s3/bucket:Bucket", "pictures", bucket="pictures-7f3a", acl="public-read"),
    function("thumbnailer", timeout=60, environment={"variables": {"BUCKET": "pictures-7f3a"}}),
    there(
        "aws:lambda/permission:Permission",
        "pictures",
        function="thumbnailer-7f3a",
        action="lambda:InvokeFunction",
        principal="s3.amazonaws.com",
        sourceArn="arn:aws:s3:::pictures-7f3a",
    ),
]
# Orders go by a topic and a queue into a table.
ORDERS = [
    *role("recorder"),
    there("aws:sns/topic:Topic", "orders", name="orders-7f3a"),
    there("aws:sqs/queue:Queue", "orders", name="orders-7f3a"),
    there(
        "aws:sqs/queuePolicy:QueuePolicy",
        "orders",
        queueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders-7f3a",
        policy=document(
            allow("sqs:SendMessage", ARN.format("sqs", "orders-7f3a"), Principal={"Service": "sns.amazonaws.com"})
        ),
    ),
    there(
        "aws:sns/topicSubscription:TopicSubscription",
        "orders",
        topic=ARN.format("sns", "orders-7f3a"),
        protocol="sqs",
        endpoint=ARN.format("sqs", "orders-7f3a"),
    ),
    there("aws:dynamodb/table:Table", "orders", name="orders-7f3a", hashKey="id", readCapacity=5, writeCapacity=5),
    there("aws:cloudwatch/logGroup:LogGroup", "recorder", name="/aws/lambda/recorder-7f3a"),
    function("recorder", timeout=10, architectures=["arm64"], tracingConfig={"mode": "Active"}),
    there(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "orders",
        functionName="recorder-7f3a",
        eventSourceArn=ARN.format("sqs", "orders-7f3a"),
    ),
]
# The names are as Pulumi makes them where a program gives none.
OF_ANY_PROGRAM = {
    "lambda-explicit-limits",
    "lambda-own-log-group",
    "lambda-reserved-concurrency",
    "naming-ends-in-suffix",
    "tags-required",
}
OF_ANY_FUNCTION = {*OF_ANY_PROGRAM, "lambda-arm64-only", "xray-tracing-active"}


PROGRAMS = (GREETER, THUMBNAILS, ORDERS)
TITLES = (
    "a function behind a public URL",
    "pictures in a bucket run a function",
    "orders by topic and queue into a table",
)


def found(program: list[Peer], settings: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The names of the rules that find something in the program."""
    finding: set[str] = set()
    for name, rule in RULES.items():
        resources: list[Resource] = [as_resource(each, settings.get(name, {})) for each in program]
        stack = Stack(resources)
        if any(rule.evaluate(each, stack).findings for each in resources):
            finding.add(name)
    return finding


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        pytest.param(GREETER, {*OF_ANY_FUNCTION, "iam-no-managed-policies", "lambda-url-authorization"}, id="greeter"),
        pytest.param(
            THUMBNAILS,
            {
                *OF_ANY_FUNCTION,
                "iam-no-managed-policies",
                "iam-no-wildcards",
                "lambda-asynchronous-failures",
                "lambda-permission-source",
                "lifecycle-destroyable",
                "s3-encrypted",
                "s3-lifecycle",
                "s3-no-access-lists",
                "s3-public-access-blocked",
                "s3-tls-only",
                "s3-versioned",
            },
            id="thumbnails",
        ),
        pytest.param(
            ORDERS,
            {
                *OF_ANY_PROGRAM,
                "dynamodb-encrypted",
                "dynamodb-on-demand",
                "dynamodb-point-in-time-recovery",
                "iam-source-conditions",
                "lambda-mapping-concurrency",
                "lambda-mapping-partial-batch",
                "logs-retention",
                "sns-encrypted",
                "sns-subscription-dead-letter-queue",
                "sns-tls-only",
                "sqs-dead-letter-queue",
                "sqs-encrypted",
                "sqs-redrive-allowed",
                "sqs-tls-only",
                "sqs-visibility-timeout",
            },
            id="orders",
        ),
    ],
)
def test_what_the_pack_finds_in_a_guides_program(program: list[Peer], expected: set[str]) -> None:
    assert found(program, SETTINGS) == expected


@pytest.mark.parametrize(("program", "title"), zip(PROGRAMS, TITLES, strict=True), ids=TITLES)
def test_the_readme_says_how_many_rules_find_something(program: list[Peer], title: str) -> None:
    assert f"\n| {title} | {len(found(program, SETTINGS))} | " in README


@pytest.mark.parametrize("program", PROGRAMS, ids=TITLES)
def test_without_settings_a_project_is_held_to_this_ones_place_and_runtime(program: list[Peer]) -> None:
    assert found(program, {}) - found(program, SETTINGS) == {"lambda-runtime", "region-allowed"}


def test_the_settings_in_the_readme_are_some_that_the_rules_have() -> None:
    for rule, values in SETTINGS.items():
        assert set(values) <= {knob.name for knob in RULES[rule].knobs}, rule
