"""Wrong properties are named before anything is made."""

from types import SimpleNamespace

import pytest

from local.provider.constraints import violation
from local.provider.schema import Field
from local.provider.values import UNKNOWN, Properties
from tests.local.provider.engine_double import EngineDouble
from tests.local.provider.samples import TRUST, code

FUNCTION = "aws:lambda/function:Function"
QUEUE = "aws:sqs/queue:Queue"
TABLE = "aws:dynamodb/table:Table"
GOOD: dict[str, Properties] = {
    FUNCTION: {
        "name": "f",
        "role": "arn:aws:iam::000000000000:role/f",
        "handler": "index.handler",
        "runtime": "python3.11",
        "code": code("x"),
    },
    QUEUE: {"name": "q"},
    TABLE: {"name": "table", "hashKey": "id", "attributes": [{"name": "id", "type": "S"}]},
    "aws:cloudwatch/logGroup:LogGroup": {"name": "g"},
    "aws:apigateway/integration:Integration": {
        "restApi": "a",
        "resourceId": "r",
        "httpMethod": "POST",
        "type": "MOCK",
    },
    "aws:iam/role:Role": {"name": "r", "assumeRolePolicy": TRUST},
    "aws:lambda/eventSourceMapping:EventSourceMapping": {
        "functionName": "f",
        "eventSourceArn": "arn:aws:sqs:us-east-1:000000000000:q",
    },
    "aws:cloudwatch/eventRule:EventRule": {"name": "r", "scheduleExpression": "rate(1 day)"},
}


@pytest.mark.parametrize(
    ("token", "stated", "path", "reason"),
    [
        (FUNCTION, {"timeout": 901}, "timeout", "901 must be within 1 and 900"),
        (FUNCTION, {"timeout": "soon"}, "timeout", "a whole number"),
        (FUNCTION, {"timeout": 1.5}, "timeout", "a whole number"),
        (FUNCTION, {"runtime": "python2"}, "runtime", "'python2' is not one of"),
        (FUNCTION, {"role": "me"}, "role", "does not match"),
        (FUNCTION, {"architectures": ["arm64", "x86_64"]}, "architectures", "number of items"),
        (FUNCTION, {"architectures": ["arm"]}, "architectures[0]", "is not one of"),
        (FUNCTION, {"environment": {"vars": {}}}, "environment.vars", "is not a property"),
        (FUNCTION, {"environment": {"variables": {"a-b": "1"}}}, 'environment.variables["a-b"]', "does not match"),
        (FUNCTION, {"environment": {"variables": {"TABLE": {}}}}, 'environment.variables["TABLE"]', "must be a string"),
        (FUNCTION, {"tracingConfig": {}}, "tracingConfig.mode", "is required"),
        (FUNCTION, {"tracingConfig": "Active"}, "tracingConfig", "must be an object"),
        (FUNCTION, {"tags": "none"}, "tags", "must be a map"),
        (QUEUE, {"visibilityTimeoutSeconds": 43201}, "visibilityTimeoutSeconds", "within 0 and 43200"),
        (QUEUE, {"name": "a b"}, "name", "does not match"),
        (QUEUE, {"redrivePolicy": "{"}, "redrivePolicy", "JSON"),
        (QUEUE, {"fifoQueue": True}, "name", ".fifo"),
        (QUEUE, {"fifoQueue": "yes"}, "fifoQueue", "true or false"),
        (TABLE, {"billingMode": "FREE"}, "billingMode", "is not one of PROVISIONED, PAY_PER_REQUEST"),
        (TABLE, {"rangeKey": "at"}, "attributes", "at differs"),
        (TABLE, {"streamEnabled": True}, "streamViewType", "is needed"),
        (TABLE, {"attributes": [{"name": "id", "type": "X"}]}, "attributes[0].type", "is not one of"),
        ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 2}, "retentionInDays", "is not one of 0, 1, 3"),
        ("aws:apigateway/integration:Integration", {"type": "LAMBDA"}, "type", "is not one of"),
        ("aws:apigateway/integration:Integration", {"type": "AWS_PROXY"}, "uri", "needs 'uri'"),
        ("aws:apigateway/integration:Integration", {"httpMethod": "SEND"}, "httpMethod", "is not one of"),
        ("aws:iam/role:Role", {"maxSessionDuration": 60}, "maxSessionDuration", "within 3600 and 43200"),
        (
            "aws:lambda/eventSourceMapping:EventSourceMapping",
            {"scalingConfig": {"maximumConcurrency": 1}},
            "scalingConfig.maximumConcurrency",
            "within 2 and",
        ),
        ("aws:cloudwatch/eventRule:EventRule", {"scheduleExpression": "daily"}, "scheduleExpression", "does not match"),
    ],
)
def test_a_wrong_value_is_named_with_the_reason(
    engine: EngineDouble, token: str, stated: Properties, path: str, reason: str
) -> None:
    _, failures = engine.check(token, {**GOOD[token], **stated})
    assert reason in failures[path]


@pytest.mark.parametrize("token", GOOD)
def test_a_good_resource_has_no_failures(engine: EngineDouble, token: str) -> None:
    assert engine.check(token, GOOD[token])[1] == {}


@pytest.mark.parametrize("token", [FUNCTION, QUEUE, TABLE])
def test_a_missing_name_is_refused_since_names_are_explicit(engine: EngineDouble, token: str) -> None:
    _, failures = engine.check(token, {name: value for name, value in GOOD[token].items() if name != "name"})
    assert "makes no names up" in failures["name"]


def test_defaults_and_default_tags_are_filled_in(engine: EngineDouble) -> None:
    inputs = engine.checked(FUNCTION, {**GOOD[FUNCTION], "tags": {"Environment": "mine", "System": "x"}})
    assert (inputs["timeout"], inputs["memorySize"], inputs["packageType"]) == (3, 128, "Zip")
    assert inputs["tagsAll"] == {"Environment": "mine", "ManagedBy": "Pulumi", "System": "x"}


@pytest.mark.parametrize("constraint", [{"pattern": "[a-z]+"}, {"min": 99}])
def test_a_sensitive_value_is_not_shown(constraint: dict[str, object]) -> None:
    shape = SimpleNamespace(metadata={"sensitive": True, **constraint}, enum=[])
    reason = violation(shape, Field("value"), "hunter2")
    assert reason
    assert "hunter2" not in reason


def test_another_region_is_refused(engine: EngineDouble) -> None:
    assert list(engine.check(QUEUE, {"name": "q", "region": "eu-west-1"})[1]) == ["region"]


@pytest.mark.parametrize("token", GOOD)
def test_unknown_values_pass(engine: EngineDouble, token: str) -> None:
    inputs = engine.checked(token, dict.fromkeys(GOOD[token], UNKNOWN))
    assert {inputs[name] for name in GOOD[token]} == {UNKNOWN}


def test_unknown_tags_make_all_tags_unknown(engine: EngineDouble) -> None:
    assert engine.checked(QUEUE, {"name": "q", "tags": UNKNOWN})["tagsAll"] == UNKNOWN
    assert engine.checked(QUEUE, {"name": "q", "tags": {"a": UNKNOWN}})["tagsAll"]["a"] == UNKNOWN


def test_a_type_that_is_not_there_is_said_to_be_missing(engine: EngineDouble) -> None:
    with pytest.raises(Exception, match="has no aws:rds/instance:Instance yet"):
        engine.check("aws:rds/instance:Instance", {})
