"""Policies and those whom roles trust."""

import json
from typing import Any

from tests.policies.case import ARN, ROOT, Bad, Cases, Good, allow, document

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
KEY = "aws:kms/key:Key"
PERMISSION = "aws:lambda/permission:Permission"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
MANAGED = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
PASSED = "arn:aws:iam::123456789012:role/orders-dev"

TABLE = ARN.format("dynamodb", "table/orders-dev")
QUEUE = ARN.format("sqs", "orders-dev")
TOPIC = ARN.format("sns", "orders-dev")
LOGS = ARN.format("logs", "log-group:/aws/lambda/orders-dev")
API = ARN.format("execute-api", "a1b2c3/live/POST")


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

NO_WILDCARDS = Cases(
    good=(
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
    ),
    bad=(
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
    ),
)

FOREIGN = "arn:aws:iam::210987654321:root"
DEPLOYER = "arn:aws:iam::210987654321:role/deployer"
TOKEN = "token.actions.githubusercontent.com"
GITHUB = f"arn:aws:iam::123456789012:oidc-provider/{TOKEN}"
AUDIENCE = {"StringEquals": {"accounts.google.com:aud": "orders"}}
SOURCE = {"ArnEquals": {"aws:SourceArn": TOPIC}}


def trust(principal: Any, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
    return {"assumeRolePolicy": document(statement)}


def sent_by(service: str, **more: Any) -> dict[str, Any]:
    return role_policy("sqs:SendMessage", QUEUE, Principal={"Service": service}, **more)


CASES = {
    "iam-no-wildcards": NO_WILDCARDS,
    "iam-actions-exist": Cases(
        good=(
            Good(ROLE_POLICY, role_policy(["SQS:sendmessage", "kms:Decrypt"], QUEUE)),
            Good(ROLE_POLICY, {"policy": document({"Effect": "Deny", "Action": ["*", "s3:*"], "Resource": "*"})}),
            Good(ROLE_POLICY, {"policy": "no JSON, which another rule reports"}),
            Good(ROLE, trust({"Service": "lambda.amazonaws.com"})),
        ),
        bad=(
            Bad(ROLE_POLICY, role_policy("sqs:SendMessageBatch", QUEUE), "action sqs:SendMessageBatch"),
            Bad(ROLE_POLICY, role_policy("dynamodb:TransactWriteItems", TABLE), "action dynamodb:TransactWriteItems"),
            Bad(ROLE_POLICY, role_policy("madeup:Do", QUEUE), "action madeup:Do"),
            Bad(
                ROLE_POLICY,
                {"policy": document({"Effect": "Deny", "Action": "sqs:Destroy*", "Resource": "*"})},
                "action sqs:Destroy*",
            ),
            Bad(
                ROLE_POLICY,
                {"policy": document({"Effect": "Deny", "NotAction": "sqs:Sendmesage", "Resource": "*"})},
                "action sqs:Sendmesage",
            ),
        ),
    ),
    "iam-resources-fit-actions": Cases(
        good=(
            Good(ROLE_POLICY, role_policy(["logs:PutLogEvents", "logs:CreateLogStream"], f"{LOGS}:*")),
            Good(ROLE_POLICY, role_policy("dynamodb:Query", f"{TABLE}/index/due")),
            Good(ROLE_POLICY, role_policy("dynamodb:GetRecords", f"{TABLE}/stream/*")),
            Good(
                ROLE_POLICY,
                role_policy(["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]),
            ),
            Good(ROLE_POLICY, role_policy("xray:PutTraceSegments", "*")),
            Good(ROLE_POLICY, role_policy("lambda:InvokeFunction", ARN.format("lambda", "function:orders-dev:live"))),
            Good(ROLE_POLICY, {"policy": document({"Effect": "Deny", "Action": "sqs:*", "Resource": QUEUE})}),
            Good(ROLE_POLICY, role_policy("execute-api:Invoke", f"{API}/ingest")),
            Good(ROLE_POLICY, role_policy("madeup:WhichAnotherRuleReports", QUEUE)),
        ),
        bad=(
            Bad(ROLE_POLICY, role_policy("logs:PutLogEvents", LOGS), "action logs:PutLogEvents"),
            Bad(ROLE_POLICY, role_policy("kms:Decrypt", ARN.format("kms", "alias/orders-dev")), "action kms:Decrypt"),
            Bad(ROLE_POLICY, role_policy("dynamodb:PutItem", f"{TABLE}/index/due"), "action dynamodb:PutItem"),
            Bad(ROLE_POLICY, role_policy("dynamodb:GetRecords", TABLE), "action dynamodb:GetRecords"),
            Bad(ROLE_POLICY, role_policy("s3:ListBucket", "arn:aws:s3:::data/*"), "action s3:ListBucket"),
            Bad(ROLE_POLICY, role_policy("s3:GetObject", "arn:aws:s3:::data"), "action s3:GetObject"),
            Bad(ROLE_POLICY, role_policy("sqs:SendMessage", [QUEUE, TABLE]), f"resource {TABLE}"),
            Bad(
                ROLE_POLICY,
                role_policy(["sqs:SendMessage", "dynamodb:ListStreams"], QUEUE),
                "action dynamodb:ListStreams",
            ),
            Bad(
                ROLE_POLICY,
                {"policy": document({"Effect": "Deny", "Action": "dynamodb:DeleteTable", "Resource": QUEUE})},
                "action dynamodb:DeleteTable",
            ),
        ),
    ),
    "iam-no-managed-policies": Cases(
        good=(
            Good(ROLE, trust({"Service": "lambda.amazonaws.com"})),
            Good(ROLE, {"managedPolicyArns": ["arn:aws:iam::123456789012:policy/ours"]}),
            Good(ATTACHMENT, {"policyArn": "arn:aws:iam::123456789012:policy/ours", "role": "orders"}),
        ),
        bad=(
            Bad(ROLE, {"managedPolicyArns": [MANAGED]}, f"managed policy {MANAGED}"),
            Bad(ATTACHMENT, {"policyArn": MANAGED, "role": "orders"}, f"managed policy {MANAGED}"),
        ),
    ),
    "iam-trust-one-service": Cases(
        good=(
            Good(ROLE, trust({"Service": "lambda.amazonaws.com"})),
            Good(ROLE, trust({"AWS": [ROOT, FOREIGN]})),
            Good(ROLE, {"inlinePolicies": [{"policy": document(allow("sqs:SendMessage", QUEUE))}]}),
        ),
        bad=(
            Bad(
                ROLE,
                trust({"Service": ["lambda.amazonaws.com", "events.amazonaws.com"]}),
                "trusts events.amazonaws.com, lambda.amazonaws.com",
            ),
            Bad(
                ROLE,
                trust({"Service": "lambda.amazonaws.com", "AWS": ROOT}),
                f"trusts lambda.amazonaws.com, {ROOT}",
            ),
        ),
    ),
    "iam-trust-conditions": Cases(
        good=(
            Good(ROLE, trust({"Service": "lambda.amazonaws.com"})),
            Good(ROLE, trust({"AWS": DEPLOYER})),
            Good(ROLE, trust({"AWS": FOREIGN}, Condition={"StringEquals": {"sts:ExternalId": "ours"}})),
            Good(ROLE, trust({"AWS": FOREIGN}, Condition={"ArnLike": {"aws:PrincipalArn": f"{DEPLOYER}-*"}})),
            Good(ROLE, trust({"AWS": FOREIGN}, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3"}})),
            Good(ROLE, trust({"Federated": GITHUB}, Condition={"StringLike": {f"{TOKEN}:sub": "repo:ours/orders:*"}})),
            Good(ROLE, trust({"Federated": "accounts.google.com"}, Condition=AUDIENCE)),
            Good(ROLE, {"inlinePolicies": [{"policy": document(allow("sqs:SendMessage", QUEUE))}]}),
        ),
        bad=(
            Bad(ROLE, trust({"AWS": FOREIGN}), f"unconditional {FOREIGN}"),
            *(
                Bad(ROLE, trust({"AWS": FOREIGN}, Condition=condition), f"unconditional {FOREIGN}")
                for condition in (
                    {"Bool": {"aws:SecureTransport": "true"}},
                    {"StringEqualsIfExists": {"sts:ExternalId": "ours"}},
                    {"StringLike": {"sts:ExternalId": "*"}},
                    {"ArnNotEquals": {"aws:PrincipalArn": DEPLOYER}},
                    AUDIENCE,
                )
            ),
            Bad(
                ROLE,
                trust({"Federated": GITHUB}, Condition={"StringEquals": {"sts:ExternalId": "ours"}}),
                f"unconditional {GITHUB}",
            ),
            Bad(ROLE, trust({"AWS": "210987654321"}), "unconditional 210987654321"),
            Bad(ROLE, trust({"Federated": "accounts.google.com"}), "unconditional accounts.google.com"),
        ),
    ),
    "iam-source-conditions": Cases(
        good=(
            Good(ROLE, trust({"Service": "lambda.amazonaws.com"})),
            Good(QUEUE_POLICY, sent_by("sns.amazonaws.com", Condition=SOURCE)),
            Good(QUEUE_POLICY, sent_by("s3.amazonaws.com", Condition={"StringEquals": {"AWS:SourceAccount": "1"}})),
            Good(
                QUEUE_POLICY,
                sent_by(
                    "sns.amazonaws.com", Condition={"ArnLike": {"aws:SourceArn": TOPIC.replace("orders-dev", "*")}}
                ),
            ),
            Good(
                QUEUE_POLICY,
                sent_by(
                    "s3.amazonaws.com",
                    Condition={
                        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"},
                        "StringEquals": {"aws:SourceAccount": "123456789012"},
                    },
                ),
            ),
            Good(
                QUEUE_POLICY,
                sent_by("sns.amazonaws.com", Condition={"StringLike": {"aws:SourceOrgPaths": "o-a1b2c3/r-ab12/*"}}),
            ),
            Good(
                KEY,
                role_policy(
                    "kms:Decrypt",
                    "*",
                    Principal={"Service": "ssm.amazonaws.com"},
                    Condition={"StringEquals": {"kms:EncryptionContext:system": "orders"}},
                ),
            ),
            Good(QUEUE_POLICY, sent_by("ours.amazonaws.com"), settings={"servicesOfOwnCode": ["ours.amazonaws.com"]}),
            Good(
                KEY,
                role_policy(
                    "kms:Decrypt",
                    "*",
                    Principal={"Service": "logs.us-east-1.amazonaws.com"},
                    Condition={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": LOGS}},
                ),
            ),
        ),
        bad=(
            Bad(QUEUE_POLICY, sent_by("sns.amazonaws.com"), "sns.amazonaws.com for anyone"),
            Bad(
                QUEUE_POLICY,
                sent_by("sns.amazonaws.com", Condition={"StringLike": {"aws:SourceAccount": "*"}}),
                "sns.amazonaws.com for anyone",
            ),
            Bad(
                QUEUE_POLICY,
                sent_by("sns.amazonaws.com", Condition={"ArnEqualsIfExists": {"aws:SourceArn": TOPIC}}),
                "sns.amazonaws.com for anyone",
            ),
            *(
                Bad(QUEUE_POLICY, sent_by("sns.amazonaws.com", Condition=condition), "sns.amazonaws.com for anyone")
                for condition in (
                    {"ArnLike": {"aws:SourceArn": "arn:aws:*:*:*:*"}},
                    {"ArnLike": {"aws:SourceArn": [TOPIC, TOPIC.replace("123456789012", "*")]}},
                    {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::data-dev"}},
                    {"StringEquals": {"aws:SourceArn": "orders-dev"}},
                    {"StringLike": {"aws:SourceAccount": "12345678901?"}},
                    {"StringLike": {"aws:SourceOrgPaths": "o-*/r-ab12/*"}},
                    {"StringNotEquals": {"aws:SourceAccount": "123456789012"}},
                )
            ),
            Bad(ROLE, trust({"Service": "scheduler.amazonaws.com"}), "scheduler.amazonaws.com for anyone"),
            Bad(
                KEY,
                role_policy(
                    "kms:Decrypt",
                    "*",
                    Principal={"Service": "logs.us-east-1.amazonaws.com"},
                    Condition={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:*:*"}},
                ),
                "logs.us-east-1.amazonaws.com for anyone",
            ),
        ),
    ),
    "iam-pass-role": Cases(
        good=(
            Good(
                ROLE_POLICY,
                role_policy(
                    "iam:PassRole",
                    PASSED,
                    Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
                ),
            ),
            Good(ROLE_POLICY, role_policy("sqs:SendMessage", QUEUE)),
        ),
        bad=(
            Bad(ROLE_POLICY, role_policy("IAM:passrole", PASSED), f"passes {PASSED}"),
            Bad(
                ROLE_POLICY,
                role_policy(
                    "iam:PassRole", PASSED, Condition={"StringEquals": {"iam:PassedToService": "*.amazonaws.com"}}
                ),
                f"passes {PASSED}",
            ),
        ),
    ),
}
