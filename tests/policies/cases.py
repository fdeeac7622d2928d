"""What each rule must accept and refuse: numbered bad cases, each with the finding it must give, and good ones."""

import json
from dataclasses import dataclass
from typing import Any

FUNCTION = "aws:lambda/function:Function"
STAGE = "aws:apigateway/stage:Stage"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
KEY = "aws:kms/key:Key"
PERMISSION = "aws:lambda/permission:Permission"

ARN = "arn:aws:{}:us-east-1:123456789012:{}"
TABLE = ARN.format("dynamodb", "table/orders-dev")
QUEUE = ARN.format("sqs", "orders-dev")
TOPIC = ARN.format("sns", "orders-dev")
LOGS = ARN.format("logs", "log-group:/aws/lambda/orders-dev")
API = ARN.format("execute-api", "a1b2c3/live/POST")
ROOT = "arn:aws:iam::123456789012:root"


@dataclass(frozen=True)
class Good:
    type: str
    properties: dict[str, Any]


@dataclass(frozen=True)
class Bad:
    type: str
    properties: dict[str, Any]
    finding: str


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def role_policy(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"policy": document(allow(action, resource, **more))}


def namespace_condition(operator: str = "StringEquals", key: str = "cloudwatch:namespace") -> dict[str, Any]:
    return {operator: {key: "Orders"}}


TRUST = document(
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}},
)
TLS_ONLY = {
    "Effect": "Deny",
    "Action": "*",
    "Resource": "*",
    "Principal": "*",
    "Condition": {"Bool": {"aws:SecureTransport": False}},
}
KEY_ADMINISTRATION = allow(
    ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"],
    "*",
    Principal={"AWS": ROOT},
)

GOOD: dict[str, list[Good]] = {
    "iam-no-wildcards": [
        Good(
            ROLE,
            {
                "assumeRolePolicy": TRUST,
                "inlinePolicies": [
                    {"name": "reads", "policy": document(allow("dynamodb:GetItem", TABLE))},
                    {"name": "nothing"},
                ],
            },
        ),
        Good(ROLE_POLICY, role_policy(["dynamodb:GetItem", "dynamodb:PutItem"], [TABLE, f"{TABLE}/index/due"])),
        Good(ROLE_POLICY, {"policy": json.loads(document(allow("sqs:SendMessage", QUEUE)))}),
        Good(ROLE_POLICY, {"policy": json.dumps({"Statement": allow("sqs:SendMessage", QUEUE)})}),
        Good(ROLE_POLICY, role_policy(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")),
        Good(ROLE_POLICY, role_policy("XRAY:puttracesegments", "*")),
        Good(ROLE_POLICY, role_policy("dynamodb:ListStreams", "*")),
        Good(ROLE_POLICY, role_policy("cloudwatch:PutMetricData", "*", Condition=namespace_condition())),
        Good(
            ROLE_POLICY,
            role_policy(
                "cloudwatch:PutMetricData",
                "*",
                Condition=namespace_condition("stringequalsignorecase", "CloudWatch:Namespace"),
            ),
        ),
        Good(ROLE_POLICY, role_policy("logs:PutLogEvents", [f"{LOGS}:*", f"{LOGS}:log-stream:*"])),
        Good(ROLE_POLICY, role_policy("dynamodb:GetRecords", f"{TABLE}/stream/*")),
        Good(ROLE_POLICY, role_policy("s3:PutObject", ["arn:aws:s3:::data-dev/*", "arn:aws:s3:::data-dev/reports/*"])),
        Good(ROLE_POLICY, role_policy("execute-api:Invoke", f"{API}/ingest")),
        Good(ROLE_POLICY, {"policy": document(TLS_ONLY)}),
        Good(POLICY, {"name": "its document is made elsewhere"}),
        Good(
            QUEUE_POLICY,
            {
                "policy": document(
                    TLS_ONLY,
                    allow("sqs:SendMessage", QUEUE, Principal={"Service": "sns.amazonaws.com"}),
                )
            },
        ),
        Good(KEY, {"policy": document(KEY_ADMINISTRATION)}),
        Good(KEY, {"description": "AWS writes the default key policy"}),
        Good(
            PERMISSION,
            {
                "action": "lambda:InvokeFunction",
                "principal": "apigateway.amazonaws.com",
                "sourceArn": f"{API}/webhook/*",
            },
        ),
        Good(
            PERMISSION,
            {
                "action": "lambda:InvokeFunction",
                "principal": "events.amazonaws.com",
                "sourceArn": ARN.format("events", "rule/sweep-dev"),
            },
        ),
    ],
    "lambda-arm64-only": [Good(FUNCTION, {"architectures": ["arm64"]})],
    "xray-tracing-active": [
        Good(FUNCTION, {"tracingConfig": {"mode": "Active"}}),
        Good(STAGE, {"xrayTracingEnabled": True}),
    ],
}

BAD: dict[str, list[Bad]] = {
    "iam-no-wildcards": [
        Bad(ROLE_POLICY, role_policy("*", TABLE), "action *"),
        Bad(ROLE_POLICY, role_policy("dynamodb:*", TABLE), "action dynamodb:*"),
        Bad(ROLE_POLICY, role_policy(["dynamodb:GetItem", "dynamodb:Put*"], TABLE), "action dynamodb:Put*"),
        Bad(ROLE_POLICY, role_policy("s3:GetObjec?", "arn:aws:s3:::data-dev/*"), "action s3:GetObjec?"),
        Bad(
            ROLE_POLICY,
            {"policy": '{"Statement": {"Effect": "Allow", "Action": "sqs:\\u002a", "Resource": "arn"}}'},
            "action sqs:*",
        ),
        Bad(
            ROLE_POLICY,
            {"policy": document({"Effect": "Allow", "NotAction": "iam:PassRole", "Resource": TABLE})},
            "NotAction iam:PassRole",
        ),
        Bad(
            ROLE_POLICY,
            {"policy": document({"Effect": "Allow", "Action": "sqs:SendMessage", "NotResource": QUEUE})},
            f"NotResource {QUEUE}",
        ),
        Bad(ROLE_POLICY, role_policy("dynamodb:GetItem", "*"), "dynamodb:GetItem on resource *"),
        Bad(
            ROLE_POLICY,
            role_policy(["xray:PutTraceSegments", "sqs:SendMessage"], ["*", QUEUE]),
            "sqs:SendMessage on resource *",
        ),
        Bad(ROLE_POLICY, role_policy("madeup:Action", "*"), "madeup:Action on resource *"),
        Bad(ROLE_POLICY, role_policy("xray:*", "*"), "xray:* on resource *"),
        Bad(ROLE_POLICY, role_policy("cloudwatch:PutMetricData", "*"), "cloudwatch:PutMetricData on resource *"),
        Bad(
            ROLE_POLICY,
            role_policy("cloudwatch:putmetricdata", "*", Condition=namespace_condition("StringLike")),
            "cloudwatch:putmetricdata on resource *",
        ),
        Bad(
            ROLE_POLICY,
            role_policy("cloudwatch:PutMetricData", "*", Condition=namespace_condition(key="aws:SourceVpc")),
            "cloudwatch:PutMetricData on resource *",
        ),
        Bad(
            ROLE_POLICY,
            role_policy("cloudwatch:PutMetricData", "*", Condition={"StringEquals": {"cloudwatch:namespace": []}}),
            "cloudwatch:PutMetricData on resource *",
        ),
        Bad(ROLE_POLICY, role_policy("dynamodb:GetItem", f"{TABLE}*"), f"resource {TABLE}*"),
        Bad(ROLE_POLICY, role_policy("logs:PutLogEvents", f"{LOGS}:*:more"), f"resource {LOGS}:*:more"),
        Bad(ROLE_POLICY, role_policy("dynamodb:Query", f"{TABLE}/index/*"), f"resource {TABLE}/index/*"),
        Bad(ROLE_POLICY, role_policy("dynamodb:GetRecords", f"{TABLE}/*"), f"resource {TABLE}/*"),
        Bad(
            ROLE_POLICY,
            role_policy("dynamodb:GetRecords", TABLE.replace("orders-dev", "*") + "/stream/*"),
            f"resource {TABLE.replace('orders-dev', '*')}/stream/*",
        ),
        Bad(
            ROLE_POLICY,
            role_policy("dynamodb:GetItem", TABLE.replace("us-east-1", "*")),
            f"resource {TABLE.replace('us-east-1', '*')}",
        ),
        Bad(ROLE_POLICY, role_policy("logs:PutLogEvents", f"{LOGS}*:*"), f"resource {LOGS}*:*"),
        Bad(ROLE_POLICY, role_policy("logs:PutLogEvents", f"{LOGS}:log-stream:a*"), f"resource {LOGS}:log-stream:a*"),
        Bad(ROLE_POLICY, role_policy("s3:GetObject", "arn:aws:s3:::*/*"), "resource arn:aws:s3:::*/*"),
        Bad(ROLE_POLICY, role_policy("s3:GetObject", "arn:aws:s3:::data-dev*"), "resource arn:aws:s3:::data-dev*"),
        Bad(ROLE_POLICY, role_policy("s3:GetObject", "arn:aws:s3:::data/rep*"), "resource arn:aws:s3:::data/rep*"),
        Bad(ROLE_POLICY, role_policy("sqs:SendMessage", f"{QUEUE}-?"), f"resource {QUEUE}-?"),
        Bad(ROLE_POLICY, role_policy("execute-api:Invoke", f"{API}/*"), f"resource {API}/*"),
        Bad(
            ROLE_POLICY,
            role_policy("execute-api:Invoke", API.replace("live", "*") + "/ingest"),
            f"resource {API.replace('live', '*')}/ingest",
        ),
        Bad(
            ROLE_POLICY,
            role_policy("kms:Decrypt", ARN.format("kms", "key/*")),
            f"resource {ARN.format('kms', 'key/*')}",
        ),
        Bad(
            ROLE,
            {"assumeRolePolicy": document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}})},
            "principal *",
        ),
        Bad(
            ROLE,
            {
                "assumeRolePolicy": TRUST,
                "inlinePolicies": [
                    {"policy": document(allow("sqs:SendMessage", QUEUE))},
                    {"policy": document(allow("sqs:*", QUEUE))},
                ],
            },
            "action sqs:*",
        ),
        Bad(POLICY, role_policy("iam:PassRole", "*"), "iam:PassRole on resource *"),
        Bad(QUEUE_POLICY, role_policy("sqs:SendMessage", QUEUE, Principal="*"), "principal *"),
        Bad(
            QUEUE_POLICY, role_policy("sqs:SendMessage", "*", Principal={"AWS": ROOT}), "sqs:SendMessage on resource *"
        ),
        Bad(TOPIC_POLICY, role_policy("sns:Publish", TOPIC, NotPrincipal={"AWS": ROOT}), f"NotPrincipal {ROOT}"),
        Bad(
            BUCKET_POLICY,
            role_policy("s3:GetObject", "arn:aws:s3:::data-dev/*", Principal={"AWS": [ROOT, "*"]}),
            "principal *",
        ),
        Bad(KEY, role_policy("kms:*", "*", Principal={"AWS": ROOT}), "action kms:*"),
        Bad(
            KEY,
            role_policy("kms:Decrypt", ARN.format("kms", "key/*"), Principal={"AWS": ROOT}),
            f"resource {ARN.format('kms', 'key/*')}",
        ),
        Bad(PERMISSION, {"action": "lambda:*", "principal": "s3.amazonaws.com"}, "action lambda:*"),
        Bad(PERMISSION, {"action": "lambda:InvokeFunction", "principal": "*"}, "principal *"),
        Bad(PERMISSION, {"action": "lambda:InvokeFunction", "sourceArn": f"{API}/*"}, f"sourceArn {API}/*"),
        Bad(ROLE_POLICY, {"policy": "{"}, "malformed policy"),
        Bad(ROLE_POLICY, {"policy": ""}, "malformed policy"),
        Bad(ROLE_POLICY, {"policy": "[]"}, "malformed policy"),
        Bad(ROLE_POLICY, {"policy": "{}"}, "malformed policy"),
        Bad(ROLE_POLICY, {"policy": '{"Statement": [], "statement": []}'}, "malformed policy"),
        Bad(ROLE_POLICY, {"policy": '{"Statement": {"Effect": "allow"}}'}, "malformed policy"),
        Bad(ROLE_POLICY, {"policy": '{"Statement": {"Effect": "Allow", "action": "*"}}'}, "malformed policy"),
        Bad(ROLE_POLICY, {"policy": '{"Statement": {"Effect": "Allow", "Effect": "Deny"}}'}, "malformed policy"),
        Bad(ROLE_POLICY, role_policy({"a": "sqs:*"}, QUEUE), "malformed policy"),
        Bad(ROLE_POLICY, role_policy("sqs:SendMessage", [None]), "malformed policy"),
        Bad(ROLE_POLICY, role_policy("sqs:SendMessage", QUEUE, Principal=["*"]), "malformed policy"),
        Bad(ROLE_POLICY, role_policy("sqs:SendMessage", QUEUE, Condition={"Null": "x"}), "malformed policy"),
    ],
    "lambda-arm64-only": [
        Bad(FUNCTION, {}, "architectures x86_64"),
        Bad(FUNCTION, {"architectures": []}, "architectures x86_64"),
        Bad(FUNCTION, {"architectures": ["x86_64"]}, "architectures x86_64"),
        Bad(FUNCTION, {"architectures": ["arm64", "x86_64"]}, "architectures arm64,x86_64"),
    ],
    "xray-tracing-active": [
        Bad(FUNCTION, {}, "tracingConfig.mode None"),
        Bad(FUNCTION, {"tracingConfig": {}}, "tracingConfig.mode None"),
        Bad(FUNCTION, {"tracingConfig": {"mode": "PassThrough"}}, "tracingConfig.mode PassThrough"),
        Bad(STAGE, {}, "xrayTracingEnabled None"),
        Bad(STAGE, {"xrayTracingEnabled": False}, "xrayTracingEnabled False"),
    ],
}
