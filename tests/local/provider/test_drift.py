"""What someone changed behind the program's back is found, whatever it is."""

from collections.abc import Callable
from typing import Any

import pytest

from local.provider.values import Properties
from tests.local.provider.engine_double import EngineDouble
from tests.local.provider.samples import SAMPLES, TRUST, TRUST_EVENTS, code, document

Behind = Callable[[Any, str], object]
SESSION = {sample.token: sample for sample in SAMPLES}


def _queue_attribute(name: str, value: str) -> Behind:
    return lambda session, made: session.client("sqs").set_queue_attributes(QueueUrl=made, Attributes={name: value})


QUEUE = {"name": "drifting", "policy": document("sqs:SendMessage", Principal="*"), "tags": {"a": "1"}}
ROLE = {"name": "drifting", "assumeRolePolicy": TRUST, "tags": {"a": "1"}}
GROUP = {"name": "/drifting", "retentionInDays": 7}
TABLE = {
    "name": "drifting",
    "hashKey": "id",
    "attributes": [{"name": "id", "type": "S"}],
    "billingMode": "PAY_PER_REQUEST",
    "pointInTimeRecovery": {"enabled": True},
}


@pytest.mark.parametrize(
    ("token", "news", "behind", "names"),
    [
        ("aws:sqs/queue:Queue", QUEUE, _queue_attribute("VisibilityTimeout", "5"), {"visibilityTimeoutSeconds"}),
        ("aws:sqs/queue:Queue", QUEUE, _queue_attribute("Policy", document("sqs:*", Principal="*")), {"policy"}),
        (
            "aws:sqs/queue:Queue",
            QUEUE,
            lambda session, made: session.client("sqs").tag_queue(QueueUrl=made, Tags={"a": "2", "b": "3"}),
            {"tags", "tagsAll"},
        ),
        (
            "aws:iam/role:Role",
            ROLE,
            lambda session, made: session.client("iam").update_assume_role_policy(
                RoleName=made, PolicyDocument=TRUST_EVENTS
            ),
            {"assumeRolePolicy"},
        ),
        (
            "aws:iam/role:Role",
            ROLE,
            lambda session, made: session.client("iam").untag_role(RoleName=made, TagKeys=["ManagedBy"]),
            {"tagsAll"},
        ),
        (
            "aws:cloudwatch/logGroup:LogGroup",
            GROUP,
            lambda session, made: session.client("logs").delete_retention_policy(logGroupName=made),
            {"retentionInDays"},
        ),
        (
            "aws:dynamodb/table:Table",
            TABLE,
            lambda session, made: session.client("dynamodb").update_continuous_backups(
                TableName=made, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
            ),
            {"pointInTimeRecovery"},
        ),
    ],
)
def test_a_change_behind_the_programs_back_is_read(
    engine: EngineDouble, token: str, news: Properties, behind: Behind, names: set[str]
) -> None:
    inputs = engine.checked(token, news)
    made, state = engine.create(token, inputs)
    try:
        behind(engine.provider.session, made)
        found = engine.read(token, made, state, inputs)
        assert found is not None
        assert set(engine.diff(token, found[0], inputs).diffs) == names
        engine.update(token, made, state, found[0], inputs)
        assert engine.read(token, made, state, inputs) == (inputs, state)
    finally:
        engine.delete(token, made, state)


def test_code_that_someone_replaced_is_put_back(engine: EngineDouble) -> None:
    role = engine.checked("aws:iam/role:Role", {"name": "drifting-role", "assumeRolePolicy": TRUST})
    role_id, role_state = engine.create("aws:iam/role:Role", role)
    token = "aws:lambda/function:Function"
    news = {"name": "drifting", "role": role_state["arn"], "handler": "index.handler", "runtime": "python3.11"}
    inputs = engine.checked(token, {**news, "code": code("mine")})
    made, state = engine.create(token, inputs)
    other = engine.checked(token, {**news, "code": code("theirs")})
    engine.update(token, made, state, inputs, other)
    found = engine.read(token, made, state, inputs)
    assert found is not None
    assert set(engine.diff(token, found[0], inputs).diffs) == {"code"}
    engine.delete(token, made, state)
    engine.delete("aws:iam/role:Role", role_id, role_state)


def test_a_resource_that_someone_deleted_is_gone(engine: EngineDouble) -> None:
    inputs = engine.checked("aws:cloudwatch/logGroup:LogGroup", GROUP)
    made, state = engine.create("aws:cloudwatch/logGroup:LogGroup", inputs)
    engine.provider.session.client("logs").delete_log_group(logGroupName=made)
    assert engine.read("aws:cloudwatch/logGroup:LogGroup", made, state, inputs) is None
