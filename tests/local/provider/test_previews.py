"""What is known before anything is made, and what is not."""

import pytest

from local.provider.values import UNKNOWN, Properties
from tests.local.provider.engine_double import EngineDouble
from tests.local.provider.samples import TRUST, code

ROLE_ARN = "arn:aws:iam::000000000000:role/r"


@pytest.mark.parametrize(
    ("token", "news", "arn"),
    [
        (
            "aws:iam/role:Role",
            {"name": "r", "assumeRolePolicy": TRUST, "path": "/p/"},
            "arn:aws:iam::000000000000:role/p/r",
        ),
        ("aws:sqs/queue:Queue", {"name": "q"}, "arn:aws:sqs:us-east-1:000000000000:q"),
        ("aws:sns/topic:Topic", {"name": "t"}, "arn:aws:sns:us-east-1:000000000000:t"),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "/g"}, "arn:aws:logs:us-east-1:000000000000:log-group:/g"),
        (
            "aws:ssm/parameter:Parameter",
            {"name": "/a/b", "type": "String", "value": "v"},
            "arn:aws:ssm:us-east-1:000000000000:parameter/a/b",
        ),
        (
            "aws:cloudwatch/eventRule:EventRule",
            {"name": "r", "eventBusName": "bus", "eventPattern": "{}"},
            "arn:aws:events:us-east-1:000000000000:rule/bus/r",
        ),
        (
            "aws:dynamodb/table:Table",
            {"name": "table", "hashKey": "id", "attributes": [{"name": "id", "type": "S"}]},
            "arn:aws:dynamodb:us-east-1:000000000000:table/table",
        ),
        (
            "aws:lambda/function:Function",
            {"name": "f", "role": ROLE_ARN, "code": code("x")},
            "arn:aws:lambda:us-east-1:000000000000:function:f",
        ),
    ],
)
def test_an_arn_that_follows_from_the_name_is_known(
    engine: EngineDouble, token: str, news: Properties, arn: str
) -> None:
    _, state = engine.create(token, engine.checked(token, news), preview=True)
    assert state["arn"] == arn


def test_what_aws_makes_up_is_unknown(engine: EngineDouble) -> None:
    table = {"name": "table", "hashKey": "id", "attributes": [{"name": "id", "type": "S"}]}
    made, state = engine.create(
        "aws:dynamodb/table:Table", engine.checked("aws:dynamodb/table:Table", table), preview=True
    )
    assert (made, state["streamArn"]) == ("table", UNKNOWN)
    made, state = engine.create("aws:kms/key:Key", engine.checked("aws:kms/key:Key", {}), preview=True)
    assert (made, state["arn"], state["policy"]) == ("", UNKNOWN, UNKNOWN)
    made, state = engine.create(
        "aws:sqs/queue:Queue", engine.checked("aws:sqs/queue:Queue", {"name": "q"}), preview=True
    )
    assert (made, state["url"]) == ("", UNKNOWN)


def test_unknown_inputs_make_what_follows_from_them_unknown(engine: EngineDouble) -> None:
    token = "aws:apigateway/stage:Stage"
    inputs = engine.checked(token, {"restApi": UNKNOWN, "deployment": UNKNOWN, "stageName": "v1"})
    made, state = engine.create(token, inputs, preview=True)
    assert made == ""
    assert {state[name] for name in ("restApi", "invokeUrl", "executionArn", "arn")} == {UNKNOWN}


def test_an_update_keeps_what_it_does_not_change(engine: EngineDouble) -> None:
    token = "aws:dynamodb/table:Table"
    state = {"arn": "known", "streamArn": "stream"}
    quiet = engine.update(token, "t", state, {"billingMode": "A"}, {"billingMode": "B"}, preview=True)
    loud = engine.update(token, "t", state, {"streamEnabled": False}, {"streamEnabled": True}, preview=True)
    assert (quiet["arn"], quiet["streamArn"]) == ("known", "stream")
    assert loud["streamArn"] == UNKNOWN


def test_a_value_that_is_still_unknown_makes_nothing(engine: EngineDouble) -> None:
    with pytest.raises(Exception, match="no value for name"):
        engine.create("aws:sqs/queue:Queue", {"name": UNKNOWN})
