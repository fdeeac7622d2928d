"""Calls on everything that an environment has; those that a role is granted aside, each must be denied to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from shared.grants import statements
from shared.model import (
    Bucket,
    DeadLetterQueue,
    EventBus,
    Function,
    Key,
    KeyType,
    Queue,
    SecretParameter,
    System,
    Table,
    Topic,
)
from shared.naming import Naming
from tests.end_to_end.environment import Environment

NOBODY = "nobody"
EMPTY_POLICY = '{"Version":"2012-10-17","Statement":[]}'

Request = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call, by the action and the ARN that IAM judges it by."""

    action: str
    arn: str
    method: str
    request: Request

    @property
    def service(self) -> str:
        """The client's name, which is that of the service in IAM."""
        return self.action.partition(":")[0]

    def __str__(self) -> str:
        return f"{self.action} on {self.arn}"


def forbidden_calls(
    environment: Environment, naming: Naming, systems: tuple[System, ...], system: System, function: Function
) -> Iterator[Call]:
    """The calls that nothing in the function's description allows."""
    allowed = [
        (action, resource)
        for statement in statements(naming, system, function)
        if statement.effect == "Allow"
        for action in statement.actions
        for resource in statement.resources
    ]
    for call in _calls(environment, naming, systems):
        if not any(call.action == action and fnmatchcase(call.arn, resource) for action, resource in allowed):
            yield call


def _calls(environment: Environment, naming: Naming, systems: tuple[System, ...]) -> Iterator[Call]:
    for system in systems:
        for table in system.tables:
            yield from _on_table(naming, table)
        for queue in (*system.queues, *system.dead_letter_queues):
            yield from _on_queue(environment, naming, queue)
        for topic in system.topics:
            yield from _on_topic(naming, topic)
        for bus in system.buses:
            yield from _on_bus(naming, bus)
        for bucket in system.buckets:
            yield from _on_bucket(naming, bucket)
        for secret in system.secrets:
            yield from _on_secret(naming, system, secret)
        for key in system.keys:
            yield from _on_key(environment, naming, key)
        for function in system.functions:
            yield from _on_function(naming, function)
    yield from _on_the_account(naming)


def _each(arn: str, service: str, request: Request, calls: dict[str, Request]) -> Iterator[Call]:
    """Calls on one resource, by their actions; each request is the resource's and the call's own."""
    for action, own in calls.items():
        method = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in action).lstrip("_")
        yield Call(f"{service}:{action}", arn, method, {**request, **own})


def _on_table(naming: Naming, table: Table) -> Iterator[Call]:
    name, arn = naming.name(table), naming.arn(table)
    keys = [key for key in (table.partition_key, table.sort_key) if key]
    key = {one.name: {one.type.value: "0" if one.type is KeyType.NUMBER else NOBODY} for one in keys}
    condition = {
        "KeyConditionExpression": "#k = :v",
        "ExpressionAttributeNames": {"#k": table.partition_key.name},
        "ExpressionAttributeValues": {":v": key[table.partition_key.name]},
    }
    named = {
        "GetItem": {"Key": key},
        "PutItem": {"Item": key},
        "UpdateItem": {"Key": key},
        "DeleteItem": {"Key": key},
        "Query": condition,
        "Scan": {},
        "DescribeTable": {},
        "UpdateTable": {"DeletionProtectionEnabled": True},
        "DeleteTable": {},
    }
    batches = {
        "BatchGetItem": {"RequestItems": {name: {"Keys": [key]}}},
        "BatchWriteItem": {"RequestItems": {name: [{"DeleteRequest": {"Key": key}}]}},
    }
    yield from _each(arn, "dynamodb", {"TableName": name}, named)
    yield from _each(arn, "dynamodb", {}, batches)


def _on_queue(environment: Environment, naming: Naming, queue: Queue | DeadLetterQueue) -> Iterator[Call]:
    url = environment.client("sqs").get_queue_url(QueueName=naming.name(queue))["QueueUrl"]
    calls = {
        "SendMessage": {"MessageBody": "forged"},
        "ReceiveMessage": {},
        "DeleteMessage": {"ReceiptHandle": NOBODY},
        "ChangeMessageVisibility": {"ReceiptHandle": NOBODY, "VisibilityTimeout": 0},
        "GetQueueAttributes": {"AttributeNames": ["All"]},
        "SetQueueAttributes": {"Attributes": {"VisibilityTimeout": "0"}},
        "PurgeQueue": {},
        "DeleteQueue": {},
    }
    return _each(naming.arn(queue), "sqs", {"QueueUrl": url}, calls)


def _on_topic(naming: Naming, topic: Topic) -> Iterator[Call]:
    arn = naming.arn(topic)
    calls = {
        "Publish": {"Message": "forged"},
        "Subscribe": {"Protocol": "email", "Endpoint": "nobody@example.com"},
        "SetTopicAttributes": {"AttributeName": "DisplayName", "AttributeValue": NOBODY},
        "DeleteTopic": {},
    }
    return _each(arn, "sns", {"TopicArn": arn}, calls)


def _on_bus(naming: Naming, bus: EventBus) -> Iterator[Call]:
    arn, name = naming.arn(bus), naming.name(bus)
    entry = {"Source": NOBODY, "DetailType": NOBODY, "Detail": "{}", "EventBusName": name}
    yield from _each(arn, "events", {}, {"PutEvents": {"Entries": [entry]}})
    yield from _each(arn, "events", {"Name": name}, {"DescribeEventBus": {}, "DeleteEventBus": {}})


def _on_bucket(naming: Naming, bucket: Bucket) -> Iterator[Call]:
    arn, named = naming.arn(bucket), {"Bucket": naming.name(bucket)}
    yield from _each(f"{arn}/{NOBODY}", "s3", {**named, "Key": NOBODY}, {"GetObject": {}, "PutObject": {}})
    yield from _each(f"{arn}/{NOBODY}", "s3", {**named, "Key": NOBODY}, {"DeleteObject": {}})
    calls = {"PutBucketPolicy": {"Policy": EMPTY_POLICY}, "DeleteBucketPolicy": {}, "DeleteBucket": {}}
    yield from _each(arn, "s3", named, calls)
    yield Call("s3:ListBucket", arn, "list_objects_v2", named)


def _on_secret(naming: Naming, system: System, secret: SecretParameter) -> Iterator[Call]:
    named = {"Name": naming.parameter_name(system, secret)}
    calls = {
        "GetParameter": {"WithDecryption": True},
        "PutParameter": {"Value": "forged", "Overwrite": True},
        "DeleteParameter": {},
    }
    return _each(naming.parameter_arn(system, secret), "ssm", named, calls)


def _on_key(environment: Environment, naming: Naming, key: Key) -> Iterator[Call]:
    """Nobody encrypts or administers; to decrypt is granted under conditions, which other tests try."""
    arn = environment.client("kms").describe_key(KeyId=naming.key_alias(key))["KeyMetadata"]["Arn"]
    calls = {
        "DescribeKey": {},
        "Encrypt": {"Plaintext": b"forged"},
        "PutKeyPolicy": {"PolicyName": "default", "Policy": EMPTY_POLICY},
        "DisableKey": {},
        "ScheduleKeyDeletion": {"PendingWindowInDays": 7},
    }
    return _each(arn, "kms", {"KeyId": arn}, calls)


def _on_function(naming: Naming, function: Function) -> Iterator[Call]:
    arn, named = naming.arn(function), {"FunctionName": naming.name(function)}
    calls = {
        "GetFunction": {},
        "UpdateFunctionConfiguration": {"Timeout": 1},
        "PutFunctionConcurrency": {"ReservedConcurrentExecutions": 0},
        "DeleteFunction": {},
    }
    yield from _each(arn, "lambda", named, calls)
    yield Call("lambda:InvokeFunction", arn, "invoke", named)
    group = naming.function_log_group(function)
    logs = {"DeleteLogGroup": {}, "FilterLogEvents": {}, "PutRetentionPolicy": {"retentionInDays": 1}}
    yield from _each(f"{naming.log_group_arn(group)}:*", "logs", {"logGroupName": group}, logs)
    role = {"RoleName": naming.name(function.role)}
    more = {"PutRolePolicy": {"PolicyName": NOBODY, "PolicyDocument": EMPTY_POLICY}, "ListRolePolicies": {}}
    yield from _each(naming.arn(function.role), "iam", role, more)
    session = {"RoleArn": naming.arn(function.role), "RoleSessionName": NOBODY}
    yield from _each(naming.arn(function.role), "sts", session, {"AssumeRole": {}})


def _on_the_account(naming: Naming) -> Iterator[Call]:
    """What no function of any system has to do with."""
    user = f"arn:{naming.partition}:iam::{naming.account_id}:user/{NOBODY}"
    yield from _each(user, "iam", {"UserName": NOBODY}, {"CreateUser": {}, "CreateAccessKey": {}})
    listings = {"iam": "ListRoles", "sqs": "ListQueues", "sns": "ListTopics", "dynamodb": "ListTables"}
    listings |= {"s3": "ListBuckets", "kms": "ListKeys", "lambda": "ListFunctions", "ssm": "DescribeParameters"}
    for service, action in listings.items():
        yield from _each("*", service, {}, {action: {}})
