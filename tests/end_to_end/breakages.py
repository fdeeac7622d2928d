"""Properties of a deployed environment, broken and repaired behind Pulumi's back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shared.systems import known_systems, load_systems

Do = Callable[["Account"], object]

# By all functions together, of which the validator has 200.
RESERVED = sum(
    function.reserved_concurrency for system in load_systems(known_systems()) for function in system.functions
)


class Account(Protocol):
    """An environment's account, and its suffix."""

    def client(self, service: str) -> Any: ...

    def named(self, name: str) -> str: ...


@dataclass(frozen=True)
class Breakage:
    """A change, the change back, and what must be found: the row, and words of what differs."""

    row: str
    words: tuple[str, ...]
    do: Do
    undo: Do


def _function(name: str, **changed: Any) -> Do:
    return lambda of: of.client("lambda").update_function_configuration(FunctionName=of.named(name), **changed)


def _concurrency(count: int) -> Do:
    return lambda of: of.client("lambda").put_function_concurrency(
        FunctionName=of.named("webhook-validator"), ReservedConcurrentExecutions=count
    )


def _retention(days: int) -> Do:
    return lambda of: of.client("logs").put_retention_policy(
        logGroupName=f"/aws/lambda/{of.named('transaction-router')}", retentionInDays=days
    )


def _policy(document: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [document]})


def _add_policy(of: Account) -> None:
    everything = _policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    role = of.named("transaction-router")
    of.client("iam").put_role_policy(RoleName=role, PolicyName="widened", PolicyDocument=everything)


def _drop_policy(of: Account) -> None:
    of.client("iam").delete_role_policy(RoleName=of.named("transaction-router"), PolicyName="widened")


def _trust(*services: str) -> Do:
    def change(of: Account) -> None:
        client, role = of.client("iam"), of.named("webhook-validator")
        document: dict[str, Any] = client.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        (statement,) = document["Statement"]
        changed = {**statement, "Principal": {"Service": services[0] if len(services) == 1 else services}}
        text = json.dumps({**document, "Statement": [changed]})
        client.update_assume_role_policy(RoleName=role, PolicyDocument=text)

    return change


def _recovery(enabled: bool) -> Do:
    return lambda of: of.client("dynamodb").update_continuous_backups(
        TableName=of.named("transaction-events"),
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled},
    )


def _protection(enabled: bool) -> Do:
    return lambda of: of.client("dynamodb").update_table(
        TableName=of.named("transaction-events"), DeletionProtectionEnabled=enabled
    )


def _queue(name: str, **attributes: Callable[[Account], str]) -> Do:
    def change(of: Account) -> None:
        url = of.client("sqs").get_queue_url(QueueName=of.named(name))["QueueUrl"]
        values = {key: value(of) for key, value in attributes.items()}
        of.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=values)

    return change


def _arn(of: Account, service: str, name: str) -> str:
    account = of.client("sts").get_caller_identity()["Account"]
    return f"arn:aws:{service}:us-east-1:{account}:{of.named(name)}"


def _with_tls_statement(document: str, effect: str) -> str:
    """The policy whose statement on TLS has this effect; all others stay as they are."""
    policy: dict[str, Any] = json.loads(document)
    said = [{**one, "Effect": effect} if one["Sid"] == "TlsOnly" else one for one in policy["Statement"]]
    return json.dumps({**policy, "Statement": said})


def _queue_without_tls(effect: str) -> Do:
    def change(of: Account) -> None:
        client = of.client("sqs")
        asked = {"QueueUrl": client.get_queue_url(QueueName=of.named("disputes-queue"))["QueueUrl"]}
        found = client.get_queue_attributes(**asked, AttributeNames=["Policy"])["Attributes"]
        client.set_queue_attributes(**asked, Attributes={"Policy": _with_tls_statement(found["Policy"], effect)})

    return change


def _topic_without_tls(effect: str) -> Do:
    def change(of: Account) -> None:
        client, arn = of.client("sns"), _arn(of, "sns", "operators-alarms")
        found = client.get_topic_attributes(TopicArn=arn)["Attributes"]
        policy = _with_tls_statement(found["Policy"], effect)
        client.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

    return change


def _receives(count: int) -> Callable[[Account], str]:
    return lambda of: json.dumps(
        {"deadLetterTargetArn": _arn(of, "sqs", "payments-queue-dlq"), "maxReceiveCount": count}
    )


def _redrive(permission: str) -> Callable[[Account], str]:
    return lambda of: json.dumps({"redrivePermission": permission})


def _stage(path: str, value: str) -> Do:
    return lambda of: of.client("apigateway").update_stage(
        restApiId=_api(of), stageName="v1", patchOperations=[{"op": "replace", "path": path, "value": value}]
    )


def _api(of: Account) -> str:
    found = of.client("apigateway").get_rest_apis()["items"]
    return next(api["id"] for api in found if api["name"] == of.named("webhook-api"))


def _validation(enabled: bool) -> Do:
    def change(of: Account) -> None:
        client, id_ = of.client("apigateway"), _api(of)
        (validator,) = client.get_request_validators(restApiId=id_)["items"]
        patch = [{"op": "replace", "path": "/validateRequestBody", "value": str(enabled).lower()}]
        client.update_request_validator(restApiId=id_, requestValidatorId=validator["id"], patchOperations=patch)

    return change


def _mapping(**changed: Any) -> Do:
    def change(of: Account) -> None:
        client = of.client("lambda")
        asked = {"FunctionName": of.named("transaction-router")}
        (mapping,) = client.list_event_source_mappings(**asked)["EventSourceMappings"]
        client.update_event_source_mapping(UUID=mapping["UUID"], **changed)

    return change


def _target(*dropped: str) -> Do:
    """The sweep's target as it is deployed, less some of its members."""

    def change(of: Account) -> None:
        rule = of.named("transaction-sweep")
        target = {
            "Id": rule,
            "Arn": _arn(of, "lambda", "transaction-router").replace(":000000000000:", ":000000000000:function:"),
            "Input": '{"sweep": true}',
            "DeadLetterConfig": {"Arn": _arn(of, "sqs", "transaction-sweep-dlq")},
            "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 300},
        }
        kept = {name: value for name, value in target.items() if name not in dropped}
        of.client("events").put_targets(Rule=rule, Targets=[kept])

    return change


def _rotation(call: str) -> Do:
    def change(of: Account) -> None:
        client = of.client("kms")
        key = client.describe_key(KeyId=f"alias/{of.named('operators')}")["KeyMetadata"]["KeyId"]
        getattr(client, call)(KeyId=key)

    return change


def _untag(of: Account) -> None:
    table = _arn(of, "dynamodb", "transaction-events").replace(":transaction", ":table/transaction")
    of.client("dynamodb").untag_resource(ResourceArn=table, TagKeys=["CostCenter"])


def _tag(of: Account) -> None:
    table = _arn(of, "dynamodb", "transaction-events").replace(":transaction", ":table/transaction")
    of.client("dynamodb").tag_resource(ResourceArn=table, Tags=[{"Key": "CostCenter", "Value": "tests"}])


def _alarm(call: str) -> Do:
    return lambda of: getattr(of.client("cloudwatch"), call)(AlarmNames=[of.named("payments-queue-dlq-depth")])


def _filter_dropped(of: Account) -> None:
    group = f"/aws/lambda/{of.named('webhook-validator')}"
    of.client("logs").delete_metric_filter(logGroupName=group, filterName=of.named("webhook-validator-ERROR"))


def _filter_made(of: Account) -> None:
    of.client("logs").put_metric_filter(
        logGroupName=f"/aws/lambda/{of.named('webhook-validator')}",
        filterName=of.named("webhook-validator-ERROR"),
        filterPattern="ERROR",
        metricTransformations=[
            {
                "metricName": "webhook-validator-ERROR",
                "metricNamespace": of.named("transactions"),
                "metricValue": "1",
                "defaultValue": 0,
            }
        ],
    )


def _secret_shown(shown: bool) -> Do:
    def change(of: Account) -> None:
        client, name = of.client("lambda"), of.named("webhook-validator")
        variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        parameter = f"/transactions/{of.named('webhook-secrets')}"
        value = of.client("ssm").get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"]
        kept = {key: text for key, text in variables.items() if key != "WEBHOOK_SECRET"}
        changed = {**kept, "WEBHOOK_SECRET": value} if shown else kept
        client.update_function_configuration(FunctionName=name, Environment={"Variables": changed})

    return change


BREAKAGES: Mapping[str, Breakage] = {
    "a log is kept for 7 days": Breakage(
        "TX-6", ("transaction-router", "log retention in days", "7", "30"), _retention(7), _retention(30)
    ),
    "a function is not traced": Breakage(
        "ALL-2",
        ("transaction-router", "tracing", "PassThrough", "Active"),
        _function("transaction-router", TracingConfig={"Mode": "PassThrough"}),
        _function("transaction-router", TracingConfig={"Mode": "Active"}),
    ),
    "reservations are more than an account has": Breakage(
        "ALL-2",
        ("all functions", "reserved together", "901", "at most 900"),
        _concurrency(901 - RESERVED + 200),
        _concurrency(200),
    ),
    "a role has a second policy": Breakage(
        "ALL-3", ("transaction-router", "wildcards", "action *"), _add_policy, _drop_policy
    ),
    "a role is assumed by others": Breakage(
        "ALL-3",
        ("webhook-validator", "assumed by", "ec2.amazonaws.com"),
        _trust("lambda.amazonaws.com", "ec2.amazonaws.com"),
        _trust("lambda.amazonaws.com"),
    ),
    "a table can't be recovered": Breakage(
        "ALL-4", ("transaction-events", "point-in-time recovery", "DISABLED"), _recovery(False), _recovery(True)
    ),
    "a table can't be destroyed": Breakage(
        "ALL-9", ("transaction-events", "deletion protection", "yes"), _protection(True), _protection(False)
    ),
    "a queue keeps too little": Breakage(
        "TX-5",
        ("refunds-queue", "retention in s", "345600", "604800"),
        _queue("refunds-queue", MessageRetentionPeriod=lambda _: "345600"),
        _queue("refunds-queue", MessageRetentionPeriod=lambda _: "604800"),
    ),
    "a queue is reached without TLS": Breakage(
        "ALL-5",
        ("disputes-queue", "TLS only", "no"),
        _queue_without_tls("Allow"),
        _queue_without_tls("Deny"),
    ),
    "a message is received five times": Breakage(
        "ALL-5",
        ("payments-queue", "receives before its DLQ", "5", "3"),
        _queue("payments-queue", RedrivePolicy=_receives(5)),
        _queue("payments-queue", RedrivePolicy=_receives(3)),
    ),
    "anything redrives into a failure queue": Breakage(
        "ALL-5",
        ("transaction-router-failures", "redrive", "allowAll", "denyAll"),
        _queue("transaction-router-failures", RedriveAllowPolicy=_redrive("allowAll")),
        _queue("transaction-router-failures", RedriveAllowPolicy=_redrive("denyAll")),
    ),
    "a topic is reached without TLS": Breakage(
        "ALL-6",
        ("operators-alarms", "TLS only", "no"),
        _topic_without_tls("Allow"),
        _topic_without_tls("Deny"),
    ),
    "a stage is not traced": Breakage(
        "ALL-7", ("webhook-api", "tracing", "no"), _stage("/tracingEnabled", "false"), _stage("/tracingEnabled", "true")
    ),
    "an API is throttled otherwise": Breakage(
        "TX-1",
        ("webhook-api", "requests a second", "10", "1000"),
        _stage("/*/*/throttling/rateLimit", "10"),
        _stage("/*/*/throttling/rateLimit", "1000"),
    ),
    "bodies are not validated": Breakage(
        "ALL-7",
        ("webhook-api", "POST /webhook validates body and parameters", "no"),
        _validation(False),
        _validation(True),
    ),
    "a mapping retries otherwise": Breakage(
        "ALL-8",
        ("transaction-router", "bisects on error", "no"),
        _mapping(BisectBatchOnFunctionError=False),
        _mapping(BisectBatchOnFunctionError=True),
    ),
    "a target has no DLQ": Breakage(
        "ALL-8", ("transaction-sweep", "undelivered go to", "none"), _target("DeadLetterConfig"), _target()
    ),
    "the sweep is off": Breakage(
        "TX-7",
        ("transaction-sweep", "DISABLED rate(5 minutes)"),
        lambda of: of.client("events").disable_rule(Name=of.named("transaction-sweep")),
        lambda of: of.client("events").enable_rule(Name=of.named("transaction-sweep")),
    ),
    "a key is not rotated": Breakage(
        "ALL-9", ("operators", "rotation", "no"), _rotation("disable_key_rotation"), _rotation("enable_key_rotation")
    ),
    "nobody pays for a table": Breakage("ALL-10", ("transaction-events", "no CostCenter"), _untag, _tag),
    "an alarm is silent": Breakage(
        "ALL-11",
        ("payments-queue-dlq", "alarm on depth", "no"),
        _alarm("disable_alarm_actions"),
        _alarm("enable_alarm_actions"),
    ),
    "errors are not counted": Breakage(
        "ALL-11", ("webhook-validator", "metric filter on ERROR", "no"), _filter_dropped, _filter_made
    ),
    "a secret is in a function's environment": Breakage(
        "ALL-13", ("webhook-secrets", "plain value", "webhook-validator"), _secret_shown(True), _secret_shown(False)
    ),
}
