"""A sample of every resource type: what it is made of, how it changes in place, what replaces it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.provider.values import ARCHIVE, ASSET, SIGNATURE, Properties

ACCOUNT = "000000000000"
REGION = "us-east-1"
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}

Make = Callable[[str, Properties], tuple[str, Properties]]


@dataclass(frozen=True)
class Sample:
    """Inputs that make a resource; needs: what must exist before, made by the function it is given.

    dropped: inputs that a change leaves out. least: what a resource needs besides the required properties.
    patch_gap: the emulator takes this type's changes wrongly.
    """

    token: str
    inputs: Callable[[Properties], Properties]
    changed: Properties = field(default_factory=dict)
    replaced: Properties = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    least: tuple[str, ...] = ()
    patch_gap: str = ""
    needs: Callable[[Make], Properties] = lambda make: {}


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def document(*actions: str, resource: str = "*", **others: Any) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **others}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ],
    }
)
TRUST_EVENTS = TRUST.replace("lambda.", "events.")


def code(text: str) -> dict[str, Any]:
    handler = f"def handler(event, context):\n    return {text!r}\n"
    asset = {SIGNATURE: ASSET, "text": handler, "hash": f"asset-{text}"}
    return {SIGNATURE: ARCHIVE, "assets": {"index.py": asset}, "hash": f"archive-{text}"}


def _role(make: Make) -> str:
    return make("aws:iam/role:Role", {"name": "needed-role", "assumeRolePolicy": TRUST})[1]["arn"]


def _function(make: Make, name: str = "needed-function") -> Properties:
    inputs = {"name": name, "role": _role(make), "handler": "index.handler", "runtime": "python3.11", "code": code("x")}
    return make("aws:lambda/function:Function", inputs)[1]


def _function_for_logs(make: Make, group: str) -> str:
    """The ARN of a function that lets CloudWatch Logs run it for a group."""
    function = _function(make)
    admits = {"statementId": "AllowLogs", "function": function["name"], "action": "lambda:InvokeFunction"}
    source = {"principal": "logs.amazonaws.com", "sourceArn": arn("logs", f"log-group:{group}:*")}
    make("aws:lambda/permission:Permission", {**admits, **source})
    return function["arn"]


def _queue(make: Make, name: str = "needed-queue") -> Properties:
    return make("aws:sqs/queue:Queue", {"name": name})[1]


def _table(make: Make) -> Properties:
    inputs = {
        "name": "needed-table",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
        "streamEnabled": True,
        "streamViewType": "NEW_IMAGE",
    }
    return make("aws:dynamodb/table:Table", inputs)[1]


def _bucket(make: Make) -> Properties:
    return {"bucket": make("aws:s3/bucket:Bucket", {"bucket": "needed-bucket", "forceDestroy": True})[0]}


def _api(make: Make) -> Properties:
    made, state = make("aws:apigateway/restApi:RestApi", {"name": "needed-api"})
    return {"restApi": made, "root": state["rootResourceId"]}


def _resource(make: Make) -> Properties:
    api = _api(make)
    inputs = {"restApi": api["restApi"], "parentId": api["root"], "pathPart": "webhook"}
    return {**api, "resourceId": make("aws:apigateway/resource:Resource", inputs)[0]}


def _method(make: Make, verb: str = "POST") -> Properties:
    where = _resource(make)
    make("aws:apigateway/method:Method", {**_place(where, verb), "authorization": "NONE"})
    return where


def _integration(make: Make) -> Properties:
    where = _method(make)
    make("aws:apigateway/integration:Integration", {**_place(where), "type": "MOCK"})
    make("aws:apigateway/methodResponse:MethodResponse", {**_place(where), "statusCode": "200"})
    return where


def _deployment(make: Make) -> Properties:
    where = _integration(make)
    return {**where, "deployment": make("aws:apigateway/deployment:Deployment", {"restApi": where["restApi"]})[0]}


def _stage(make: Make) -> Properties:
    where = _deployment(make)
    inputs = {"restApi": where["restApi"], "deployment": where["deployment"], "stageName": "needed"}
    make("aws:apigateway/stage:Stage", inputs)
    return where


def _place(where: Properties, verb: str = "POST") -> Properties:
    return {"restApi": where["restApi"], "resourceId": where["resourceId"], "httpMethod": verb}


def _fixed(**inputs: Any) -> Callable[[Properties], Properties]:
    return lambda needs: inputs


TAGS = {"System": "sample", "Layer": "data"}

SAMPLES = (
    Sample(
        "aws:iam/role:Role",
        _fixed(
            name="sample-role",
            assumeRolePolicy=TRUST,
            description="a sample",
            maxSessionDuration=7200,
            path="/samples/",
            forceDetachPolicies=True,
            tags=TAGS,
        ),
        changed={
            "assumeRolePolicy": TRUST_EVENTS,
            "description": "another",
            "maxSessionDuration": 3600,
            "tags": {"System": "other"},
        },
        replaced={"name": "sample-role-2", "path": "/others/"},
    ),
    Sample(
        "aws:iam/rolePolicy:RolePolicy",
        lambda needs: {"name": "sends", "role": "needed-role", "policy": document("sqs:SendMessage")},
        needs=lambda make: {"role": _role(make)},
        changed={"policy": document("sqs:ReceiveMessage")},
        replaced={"name": "receives", "role": "another-role"},
    ),
    Sample(
        "aws:ssm/parameter:Parameter",
        _fixed(
            name="/sample/secret",
            type="SecureString",
            value="s3cret-value",
            description="a sample",
            tier="Standard",
            allowedPattern=".+",
            tags=TAGS,
        ),
        changed={"value": "another-value", "description": "another"},
        replaced={"name": "/sample/other"},
        least=("value",),
    ),
    Sample(
        "aws:kms/key:Key",
        _fixed(
            description="a sample",
            policy=document("kms:*", Principal=ROOT),
            deletionWindowInDays=7,
            enableKeyRotation=True,
            tags=TAGS,
        ),
        changed={
            "description": "another",
            "enableKeyRotation": False,
            "policy": document("kms:*", "kms:Decrypt", Principal=ROOT),
            "tags": {"System": "other"},
        },
        replaced={"keyUsage": "SIGN_VERIFY"},
    ),
    Sample(
        "aws:kms/alias:Alias",
        lambda needs: {"name": "alias/sample", "targetKeyId": needs["first"]},
        needs=lambda make: {
            "first": make("aws:kms/key:Key", {"description": "first"})[0],
            "second": make("aws:kms/key:Key", {"description": "second"})[0],
        },
        changed={"targetKeyId": "second"},
        replaced={"name": "alias/other"},
    ),
    Sample(
        "aws:kms/ciphertext:Ciphertext",
        lambda needs: {"keyId": needs["key"], "plaintext": "s3cret-value", "context": {"system": "sample"}},
        needs=lambda make: {"key": make("aws:kms/key:Key", {"description": "needed"})[0]},
        replaced={"plaintext": "another", "context": {"system": "other"}},
    ),
    Sample(
        "aws:dynamodb/table:Table",
        _fixed(
            name="sample-table",
            hashKey="userId",
            rangeKey="alertId",
            attributes=[
                {"name": "userId", "type": "S"},
                {"name": "alertId", "type": "S"},
                {"name": "coinSymbol", "type": "S"},
            ],
            billingMode="PAY_PER_REQUEST",
            globalSecondaryIndexes=[
                {
                    "name": "coinSymbol-index",
                    "keySchemas": [{"attributeName": "coinSymbol", "keyType": "HASH"}],
                    "projectionType": "INCLUDE",
                    "nonKeyAttributes": ["threshold", "condition"],
                }
            ],
            streamEnabled=True,
            streamViewType="NEW_AND_OLD_IMAGES",
            ttl={"attributeName": "expiryTime", "enabled": True},
            pointInTimeRecovery={"enabled": True},
            serverSideEncryption={"enabled": True, "kmsKeyArn": arn("kms", "key/11111111-1111-1111-1111-111111111111")},
            tags=TAGS,
        ),
        changed={
            "attributes": [
                {"name": "userId", "type": "S"},
                {"name": "alertId", "type": "S"},
                {"name": "armedFor", "type": "S"},
                {"name": "threshold", "type": "N"},
            ],
            "globalSecondaryIndexes": [
                {
                    "name": "armed-index",
                    "keySchemas": [
                        {"attributeName": "armedFor", "keyType": "HASH"},
                        {"attributeName": "threshold", "keyType": "RANGE"},
                    ],
                    "projectionType": "ALL",
                }
            ],
            "streamViewType": "NEW_IMAGE",
            "ttl": {"attributeName": "expiryTime", "enabled": False},
            "pointInTimeRecovery": {"enabled": False},
            "tags": {"System": "other"},
        },
        replaced={"name": "sample-table-2", "hashKey": "alertId", "rangeKey": "userId"},
        least=("rangeKey", "globalSecondaryIndexes"),
    ),
    Sample(
        "aws:sqs/queue:Queue",
        lambda needs: {
            "name": "sample-queue",
            "delaySeconds": 5,
            "maxMessageSize": 1024,
            "messageRetentionSeconds": 604800,
            "receiveWaitTimeSeconds": 10,
            "visibilityTimeoutSeconds": 300,
            "sqsManagedSseEnabled": True,
            "redrivePolicy": json.dumps({"deadLetterTargetArn": needs["dlq"], "maxReceiveCount": 3}),
            "redriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"}),
            "tags": TAGS,
        },
        needs=lambda make: {"dlq": _queue(make)["arn"]},
        changed={
            "visibilityTimeoutSeconds": 60,
            "redriveAllowPolicy": json.dumps({"redrivePermission": "allowAll"}),
            "tags": {"System": "other"},
        },
        dropped=("delaySeconds",),
        replaced={"name": "sample-queue-2"},
    ),
    Sample(
        "aws:sqs/queuePolicy:QueuePolicy",
        lambda needs: {"queueUrl": needs["url"], "policy": document("sqs:SendMessage", Principal="*")},
        needs=_queue,
        changed={"policy": document("sqs:ReceiveMessage", Principal="*")},
        replaced={"queueUrl": "http://127.0.0.1:1/000000000000/other"},
    ),
    Sample(
        "aws:sqs/redrivePolicy:RedrivePolicy",
        lambda needs: {
            "queueUrl": needs["url"],
            "redrivePolicy": json.dumps({"deadLetterTargetArn": needs["dlq"], "maxReceiveCount": 3}),
        },
        needs=lambda make: {**_queue(make), "dlq": _queue(make, "needed-dlq")["arn"]},
        changed={"redrivePolicy": json.dumps({"deadLetterTargetArn": arn("sqs", "needed-dlq"), "maxReceiveCount": 5})},
        replaced={"queueUrl": "http://127.0.0.1:1/000000000000/other"},
    ),
    Sample(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        lambda needs: {
            "queueUrl": needs["url"],
            "redriveAllowPolicy": json.dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [arn("sqs", "source")]}
            ),
        },
        needs=_queue,
        changed={"redriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"})},
        replaced={"queueUrl": "http://127.0.0.1:1/000000000000/other"},
    ),
    Sample(
        "aws:sns/topic:Topic",
        _fixed(name="sample-topic", displayName="sample", kmsMasterKeyId="alias/aws/sns", tags=TAGS),
        changed={"displayName": "other", "tags": {"System": "other"}},
        dropped=("kmsMasterKeyId",),
        replaced={"name": "sample-topic-2"},
    ),
    Sample(
        "aws:sns/topicPolicy:TopicPolicy",
        lambda needs: {"arn": needs["arn"], "policy": document("sns:Publish", Principal="*")},
        needs=lambda make: make("aws:sns/topic:Topic", {"name": "needed-topic"})[1],
        changed={"policy": document("sns:Subscribe", Principal="*")},
        replaced={"arn": arn("sns", "other")},
    ),
    Sample(
        "aws:sns/topicSubscription:TopicSubscription",
        lambda needs: {
            "topic": needs["topic"],
            "protocol": "sqs",
            "endpoint": needs["queue"],
            "rawMessageDelivery": True,
            "filterPolicy": json.dumps({"kind": ["payment"]}),
            "filterPolicyScope": "MessageAttributes",
            "redrivePolicy": json.dumps({"deadLetterTargetArn": needs["queue"]}),
        },
        needs=lambda make: {
            "topic": make("aws:sns/topic:Topic", {"name": "needed-topic"})[0],
            "queue": _queue(make)["arn"],
        },
        changed={"rawMessageDelivery": False, "filterPolicy": json.dumps({"kind": ["refund"]})},
        replaced={"endpoint": arn("sqs", "other"), "topic": arn("sns", "other"), "protocol": "lambda"},
    ),
    Sample(
        "aws:cloudwatch/logGroup:LogGroup",
        _fixed(name="/sample/group", retentionInDays=30, tags=TAGS),
        changed={"retentionInDays": 14, "tags": {"System": "other"}},
        replaced={"name": "/sample/other"},
    ),
    Sample(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        _fixed(
            name="errors",
            logGroupName="/needed/group",
            pattern='{ $.level = "ERROR" }',
            metricTransformation={
                "name": "Errors",
                "namespace": "Sample",
                "value": "1",
                "defaultValue": "0",
                "unit": "Count",
            },
        ),
        needs=lambda make: make("aws:cloudwatch/logGroup:LogGroup", {"name": "/needed/group"})[1],
        changed={
            "pattern": "?ERROR ?Exception",
            "metricTransformation": {"name": "Exceptions", "namespace": "Sample", "value": "2"},
        },
        replaced={"name": "exceptions", "logGroupName": "/other/group"},
    ),
    Sample(
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        lambda needs: {
            "name": "errors",
            "logGroup": "/needed/group",
            "destinationArn": needs["function"],
            "filterPattern": "ERROR",
        },
        needs=lambda make: {
            "group": make("aws:cloudwatch/logGroup:LogGroup", {"name": "/needed/group"})[0],
            "function": _function_for_logs(make, "/needed/group"),
        },
        changed={"filterPattern": "Exception"},
        replaced={"name": "exceptions", "destinationArn": arn("lambda", "function:other"), "logGroup": "/other/group"},
    ),
    Sample(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        _fixed(
            name="sample-alarm",
            alarmDescription="a sample",
            comparisonOperator="GreaterThanThreshold",
            evaluationPeriods=1,
            datapointsToAlarm=1,
            metricName="ApproximateNumberOfMessagesVisible",
            namespace="AWS/SQS",
            period=60,
            statistic="Maximum",
            threshold=0,
            dimensions={"QueueName": "sample-queue"},
            alarmActions=[arn("sns", "operators")],
            okActions=[arn("sns", "operators-ok")],
            treatMissingData="notBreaching",
            tags=TAGS,
        ),
        changed={"threshold": 5.5, "period": 300, "dimensions": {"QueueName": "other"}, "tags": {"System": "other"}},
        dropped=("okActions",),
        replaced={"name": "sample-alarm-2"},
        least=("metricName", "namespace", "period", "statistic", "threshold"),
    ),
    Sample(
        "aws:cloudwatch/dashboard:Dashboard",
        _fixed(
            dashboardName="sample",
            dashboardBody=json.dumps({"widgets": [{"type": "text", "properties": {"markdown": "a"}}]}),
        ),
        changed={"dashboardBody": json.dumps({"widgets": []})},
        replaced={"dashboardName": "other"},
    ),
    Sample(
        "aws:cloudwatch/eventBus:EventBus",
        _fixed(name="sample-bus", description="a sample", tags=TAGS),
        changed={"description": "another", "tags": {"System": "other"}},
        replaced={"name": "sample-bus-2"},
    ),
    Sample(
        "aws:cloudwatch/eventRule:EventRule",
        _fixed(name="sample-rule", description="a sample", scheduleExpression="rate(5 minutes)", tags=TAGS),
        changed={"scheduleExpression": "rate(1 minute)", "state": "DISABLED", "tags": {"System": "other"}},
        dropped=("description",),
        replaced={"name": "sample-rule-2"},
        least=("scheduleExpression",),
    ),
    Sample(
        "aws:cloudwatch/eventTarget:EventTarget",
        lambda needs: {
            "rule": needs["rule"],
            "targetId": "sweep",
            "arn": needs["queue"],
            "input": json.dumps({"sweep": True}),
            "deadLetterConfig": {"arn": needs["dlq"]},
            "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 2},
        },
        needs=lambda make: {
            "rule": make(
                "aws:cloudwatch/eventRule:EventRule", {"name": "needed-rule", "scheduleExpression": "rate(1 day)"}
            )[0],
            "queue": _queue(make)["arn"],
            "dlq": _queue(make, "needed-dlq")["arn"],
        },
        changed={"input": json.dumps({"sweep": False}), "retryPolicy": {"maximumRetryAttempts": 5}},
        replaced={"targetId": "other", "rule": "other"},
    ),
    Sample(
        "aws:lambda/function:Function",
        lambda needs: {
            "name": "sample-function",
            "role": needs["role"],
            "handler": "index.handler",
            "runtime": "python3.11",
            "architectures": ["arm64"],
            "code": code("first"),
            "description": "a sample",
            "timeout": 30,
            "memorySize": 256,
            "environment": {"variables": {"TABLE": "sample-table"}},
            "tracingConfig": {"mode": "Active"},
            "reservedConcurrentExecutions": 5,
            "ephemeralStorage": {"size": 1024},
            "loggingConfig": {"logFormat": "JSON", "logGroup": "/sample/group"},
            "deadLetterConfig": {"targetArn": needs["dlq"]},
            "tags": TAGS,
        },
        needs=lambda make: {"role": _role(make), "dlq": _queue(make)["arn"]},
        changed={
            "code": code("second"),
            "timeout": 60,
            "environment": {"variables": {"TABLE": "other", "QUEUE": "q"}},
            "reservedConcurrentExecutions": -1,
            "tags": {"System": "other"},
        },
        dropped=("description",),
        replaced={"name": "sample-function-2"},
        least=("handler", "runtime"),
    ),
    Sample(
        "aws:lambda/permission:Permission",
        lambda needs: {
            "statementId": "AllowApi",
            "function": needs["name"],
            "action": "lambda:InvokeFunction",
            "principal": "apigateway.amazonaws.com",
            "sourceArn": arn("execute-api", "abc123/*/POST/webhook"),
            "sourceAccount": ACCOUNT,
        },
        needs=_function,
        replaced={"principal": "events.amazonaws.com", "sourceArn": arn("events", "rule/other")},
    ),
    Sample(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        lambda needs: {
            "functionName": needs["function"],
            "eventSourceArn": needs["stream"],
            "startingPosition": "TRIM_HORIZON",
            "batchSize": 10,
            "maximumBatchingWindowInSeconds": 1,
            "bisectBatchOnFunctionError": True,
            "maximumRetryAttempts": 5,
            "maximumRecordAgeInSeconds": 3600,
            "parallelizationFactor": 2,
            "functionResponseTypes": ["ReportBatchItemFailures"],
            "filterCriteria": {"filters": [{"pattern": json.dumps({"eventName": ["INSERT"]})}]},
            "destinationConfig": {"onFailure": {"destinationArn": needs["queue"]}},
            "tags": TAGS,
        },
        needs=lambda make: {
            "function": _function(make)["name"],
            "stream": _table(make)["streamArn"],
            "queue": _queue(make)["arn"],
        },
        changed={"batchSize": 20, "enabled": False, "maximumRetryAttempts": 3, "tags": {"System": "other"}},
        dropped=("filterCriteria",),
        replaced={"startingPosition": "LATEST", "eventSourceArn": arn("sqs", "other")},
        least=("startingPosition",),
    ),
    Sample(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        lambda needs: {
            "functionName": needs["function"],
            "maximumRetryAttempts": 1,
            "maximumEventAgeInSeconds": 3600,
            "destinationConfig": {"onFailure": {"destination": needs["queue"]}},
        },
        needs=lambda make: {"function": _function(make)["name"], "queue": _queue(make)["arn"]},
        changed={"maximumRetryAttempts": 0, "maximumEventAgeInSeconds": 60},
        dropped=("destinationConfig",),
        replaced={"functionName": "other"},
    ),
    Sample(
        "aws:apigateway/restApi:RestApi",
        _fixed(
            name="sample-api",
            description="a sample",
            endpointConfiguration={"types": ["REGIONAL"]},
            minimumCompressionSize="1024",
            disableExecuteApiEndpoint=False,
            tags=TAGS,
        ),
        changed={"name": "sample-api-2", "description": "another", "tags": {"System": "other"}},
    ),
    Sample(
        "aws:apigateway/resource:Resource",
        lambda needs: {"restApi": needs["restApi"], "parentId": needs["root"], "pathPart": "sample"},
        needs=_api,
        changed={"pathPart": "ingest"},
        replaced={"restApi": "other"},
    ),
    Sample(
        "aws:apigateway/model:Model",
        lambda needs: {
            "restApi": needs["restApi"],
            "name": "Transaction",
            "contentType": "application/json",
            "description": "a sample",
            "schema": json.dumps({"type": "object", "required": ["event_id"]}),
        },
        needs=_api,
        changed={
            "description": "another",
            "schema": json.dumps({"type": "object", "required": ["event_id", "amount"]}),
        },
        replaced={"name": "Other", "contentType": "text/plain"},
    ),
    Sample(
        "aws:apigateway/requestValidator:RequestValidator",
        lambda needs: {"restApi": needs["restApi"], "name": "body", "validateRequestBody": True},
        needs=_api,
        changed={"name": "body-and-parameters", "validateRequestParameters": True},
        replaced={"restApi": "other"},
    ),
    Sample(
        "aws:apigateway/response:Response",
        lambda needs: {
            "restApiId": needs["restApi"],
            "responseType": "BAD_REQUEST_BODY",
            "statusCode": "400",
            "responseTemplates": {"application/json": '{"message": "$context.error.validationErrorString"}'},
            "responseParameters": {"gatewayresponse.header.X-Error": "'body'"},
        },
        needs=_api,
        changed={"responseTemplates": {"application/json": '{"message": "bad"}'}},
        replaced={"responseType": "BAD_REQUEST_PARAMETERS"},
    ),
    Sample(
        "aws:apigateway/method:Method",
        lambda needs: {
            **_place(needs, "PUT"),
            "authorization": "NONE",
            "apiKeyRequired": False,
            "requestModels": {"application/json": "Transaction"},
            "requestParameters": {"method.request.header.X-Webhook-Signature": True},
        },
        needs=_resource,
        changed={
            "authorization": "AWS_IAM",
            "apiKeyRequired": True,
            "requestModels": {"application/json": "Other", "text/plain": "Transaction"},
            "requestParameters": {"method.request.header.X-Webhook-Signature": False},
        },
        replaced={"httpMethod": "GET"},
    ),
    Sample(
        "aws:apigateway/integration:Integration",
        lambda needs: {
            **_place(needs, "PATCH"),
            "type": "AWS",
            "integrationHttpMethod": "POST",
            "uri": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/x/invocations",
            "passthroughBehavior": "NEVER",
            "requestTemplates": {"application/json": '{"body": $input.json("$")}'},
            "requestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
            "timeoutMilliseconds": 10000,
            "credentials": f"arn:aws:iam::{ACCOUNT}:role/api",
        },
        needs=lambda make: _method(make, "PATCH"),
        changed={
            "requestTemplates": {"application/json": "{}"},
            "requestParameters": {},
            "timeoutMilliseconds": 5000,
            "uri": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/y/invocations",
        },
        replaced={"type": "AWS_PROXY", "passthroughBehavior": "WHEN_NO_MATCH", "integrationHttpMethod": "PUT"},
        least=("uri", "integrationHttpMethod"),
    ),
    Sample(
        "aws:apigateway/methodResponse:MethodResponse",
        lambda needs: {
            **_place(needs),
            "statusCode": "202",
            "responseModels": {"application/json": "Empty"},
            "responseParameters": {"method.response.header.X-Sample": True},
        },
        needs=_method,
        changed={"responseModels": {"application/json": "Error"}},
        replaced={"statusCode": "200"},
        patch_gap="UpdateMethodResponse is not there",
    ),
    Sample(
        "aws:apigateway/integrationResponse:IntegrationResponse",
        lambda needs: {
            **_place(needs),
            "statusCode": "200",
            "selectionPattern": "ok.*",
            "responseTemplates": {"application/json": "{}"},
            "responseParameters": {"method.response.header.X-Sample": "'a'"},
        },
        needs=_integration,
        changed={"selectionPattern": "fine.*", "responseTemplates": {"application/json": '{"a": 1}'}},
        replaced={"statusCode": "202"},
    ),
    Sample(
        "aws:apigateway/deployment:Deployment",
        lambda needs: {"restApi": needs["restApi"], "description": "a sample", "triggers": {"description": "hash-1"}},
        needs=_integration,
        changed={"description": "another"},
        replaced={"triggers": {"description": "hash-2"}},
    ),
    Sample(
        "aws:apigateway/stage:Stage",
        lambda needs: {
            "restApi": needs["restApi"],
            "deployment": needs["deployment"],
            "stageName": "v1",
            "description": "a sample",
            "variables": {"alias": "live"},
            "xrayTracingEnabled": True,
            "accessLogSettings": {
                "destinationArn": arn("logs", "log-group:/sample/access"),
                "format": '{"id":"$context.requestId"}',
            },
            "tags": TAGS,
        },
        needs=_deployment,
        changed={
            "description": "another",
            "variables": {"alias": "next", "extra": "1"},
            "xrayTracingEnabled": False,
            "accessLogSettings": {"destinationArn": arn("logs", "log-group:/sample/other"), "format": "{}"},
            "tags": {"System": "other"},
        },
        replaced={"stageName": "v2"},
    ),
    Sample(
        "aws:apigateway/methodSettings:MethodSettings",
        lambda needs: {
            "restApi": needs["restApi"],
            "stageName": "needed",
            "methodPath": "*/*",
            "settings": {
                "throttlingRateLimit": 1000,
                "throttlingBurstLimit": 500,
                "loggingLevel": "ERROR",
                "metricsEnabled": True,
                "dataTraceEnabled": False,
            },
        },
        needs=_stage,
        changed={"settings": {"throttlingRateLimit": 10, "throttlingBurstLimit": 5, "loggingLevel": "INFO"}},
        replaced={"methodPath": "webhook/POST"},
    ),
    Sample(
        "aws:s3/bucket:Bucket",
        _fixed(bucket="sample-bucket", forceDestroy=True, tags=TAGS),
        changed={"forceDestroy": False, "tags": {"System": "other"}},
        replaced={"bucket": "sample-bucket-2", "objectLockEnabled": True},
    ),
    Sample(
        "aws:s3/bucketPolicy:BucketPolicy",
        lambda needs: {"bucket": needs["bucket"], "policy": document("s3:GetObject", Principal=ROOT)},
        needs=_bucket,
        changed={"policy": document("s3:PutObject", Principal=ROOT)},
        replaced={"bucket": "other-bucket"},
    ),
    Sample(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        lambda needs: {
            "bucket": needs["bucket"],
            "blockPublicAcls": True,
            "blockPublicPolicy": True,
            "ignorePublicAcls": True,
            "restrictPublicBuckets": True,
        },
        needs=_bucket,
        changed={"blockPublicAcls": False},
        replaced={"bucket": "other-bucket"},
    ),
    Sample(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        lambda needs: {
            "bucket": needs["bucket"],
            "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        },
        needs=_bucket,
        changed={"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}]},
        replaced={"bucket": "other-bucket"},
    ),
    Sample(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        lambda needs: {
            "bucket": needs["bucket"],
            "rules": [
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": 30},
                    "noncurrentVersionExpiration": {"noncurrentDays": 30},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 30},
                }
            ],
        },
        needs=_bucket,
        changed={
            "rules": [{"id": "expire", "status": "Enabled", "filter": {"prefix": "in/"}, "expiration": {"days": 7}}]
        },
        replaced={"bucket": "other-bucket"},
    ),
    Sample(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda needs: {"bucket": needs["bucket"], "versioningConfiguration": {"status": "Enabled"}},
        needs=_bucket,
        changed={"versioningConfiguration": {"status": "Suspended"}},
        replaced={"bucket": "other-bucket"},
    ),
    Sample(
        "aws:s3/bucketNotification:BucketNotification",
        lambda needs: {
            "bucket": needs["bucket"],
            "lambdaFunctions": [
                {
                    "id": "ingest",
                    "lambdaFunctionArn": needs["arn"],
                    "events": ["s3:ObjectCreated:*"],
                    "filterPrefix": "in/",
                    "filterSuffix": ".csv",
                }
            ],
        },
        needs=lambda make: {**_function(make), **_bucket(make)},
        changed={"eventbridge": True},
        least=("lambdaFunctions",),
        replaced={"bucket": "other-bucket"},
    ),
    Sample(
        "aws:apigateway/account:Account",
        _fixed(cloudwatchRoleArn=f"arn:aws:iam::{ACCOUNT}:role/api-logs"),
        changed={"cloudwatchRoleArn": f"arn:aws:iam::{ACCOUNT}:role/other"},
    ),
)
