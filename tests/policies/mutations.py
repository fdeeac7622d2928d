"""Ways to break a resource, each with the rule that must find it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.policies.real_stacks import Specimen

Change = Callable[[dict[str, Any]], object]

FUNCTION = "aws:lambda/function:Function"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
PERMISSION = "aws:lambda/permission:Permission"
QUEUE = "aws:sqs/queue:Queue"
ROLE = "aws:iam/role:Role"
GRANTS = "aws:iam/rolePolicy:RolePolicy"
KEY = "aws:kms/key:Key"
TABLE = "aws:dynamodb/table:Table"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
METHOD = "aws:apigateway/method:Method"
STAGE = "aws:apigateway/stage:Stage"
SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
VALIDATOR = "aws:apigateway/requestValidator:RequestValidator"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
METRIC_FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
BUCKET = "aws:s3/bucket:Bucket"
PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
TLS_RULES = {QUEUE_POLICY: "sqs-tls-only", TOPIC_POLICY: "sns-tls-only", BUCKET_POLICY: "s3-tls-only"}


@dataclass(frozen=True)
class Mutation:
    """One way. Only resources that it `applies` to are broken by it; `joined` needs the layers as one stack."""

    name: str
    type: str
    rule: str
    change: Change
    applies: Callable[[Mapping[str, Any]], bool] = lambda _: True
    joined: bool = False


@dataclass(frozen=True)
class Removal:
    """Leaving out a resource of a type, where its stack, or all layers `joined`, then lack something."""

    type: str
    rule: str
    applies: Callable[[Mapping[str, Any], Sequence[Specimen]], bool] = lambda properties, stack: True
    joined: bool = False


def put(path: str, value: Any) -> Change:
    """Sets the property at a path; what holds it is made where it is missing."""

    def change(properties: dict[str, Any]) -> None:
        *way, last = path.split(".")
        holder: Any = properties
        for key in way:
            holder = holder[int(key)] if isinstance(holder, list) else holder.setdefault(key, {})
        holder[last] = value

    return change


def drop(path: str) -> Change:
    """Removes the property at a path, where it is there."""

    def change(properties: dict[str, Any]) -> None:
        *way, last = path.split(".")
        holder: Any = properties
        for key in way:
            holder = holder[int(key)] if isinstance(holder, list) else holder.get(key, {})
        holder.pop(last, None)

    return change


def in_json(path: str, change: Callable[[Any], object]) -> Change:
    """Changes what the JSON text at a path says."""

    def whole(properties: dict[str, Any]) -> None:
        said = json.loads(properties[path])
        change(said)
        properties[path] = json.dumps(said)

    return whole


def statement(**elements: Any) -> Change:
    """Changes the first statement of a policy that allows something."""

    def change(document: Any) -> None:
        allowing = next(one for one in document["Statement"] if one["Effect"] == "Allow")
        allowing.update(elements)

    return in_json("policy", change)


def trusting(principal: Any) -> Change:
    """Has a role trust somebody, on no condition."""

    def change(document: Any) -> None:
        document["Statement"][0]["Principal"] = principal
        document["Statement"][0].pop("Condition", None)

    return in_json("assumeRolePolicy", change)


def denying(**elements: Any) -> Change:
    """Changes every statement of a policy that denies something."""

    def change(document: Any) -> None:
        for one in document["Statement"]:
            if one["Effect"] == "Deny":
                one.update(elements)

    return in_json("policy", change)


def unconditional(document: Any) -> None:
    for one in document["Statement"]:
        if "Service" in one.get("Principal", {}):
            one.pop("Condition", None)


def for_any_account(document: Any) -> None:
    for one in document["Statement"]:
        if "Service" in one.get("Principal", {}):
            one["Condition"] = {"ArnLike": {"aws:SourceArn": "arn:aws:*:*:*:*"}}


def written_by_a_service(document: Any) -> None:
    document["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::market-data-prod/logs/*",
        }
    )


def unadministered(document: Any) -> None:
    document["Statement"] = [one for one in document["Statement"] if "kms:PutKeyPolicy" not in one["Action"]]


def shut(document: Any) -> None:
    document["Statement"].append({"Effect": "Deny", "Action": "kms:*", "Resource": "*", "Principal": "*"})


def has(path: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda properties: bool(properties.get(path))


def mentions(path: str, text: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda properties: text in (properties.get(path) or "")


def is_stream(properties: Mapping[str, Any]) -> bool:
    return ":dynamodb:" in properties["eventSourceArn"]


def is_queue(properties: Mapping[str, Any]) -> bool:
    return ":sqs:" in properties["eventSourceArn"]


def lets_services(properties: Mapping[str, Any]) -> bool:
    return '"Service"' in properties["policy"]


def is_depth(properties: Mapping[str, Any]) -> bool:
    return properties.get("metricName") == "ApproximateNumberOfMessagesVisible"


def is_signed(properties: Mapping[str, Any]) -> bool:
    return properties["authorization"] == "NONE"


def is_of_a_function(properties: Mapping[str, Any], stack: Sequence[Specimen]) -> bool:
    return properties["name"].startswith("/aws/lambda/")


def on(*metrics: str) -> Callable[[Mapping[str, Any], Sequence[Specimen]], bool]:
    """Whether an alarm is on one of these metrics."""
    return lambda properties, stack: properties.get("metricName") in metrics


def is_on_a_count(properties: Mapping[str, Any], stack: Sequence[Specimen]) -> bool:
    """Whether an alarm is on what a metric filter counts."""
    return not properties.get("dimensions")


def is_secret(properties: Mapping[str, Any]) -> bool:
    return "secret" in properties["name"]


def has_ciphertext(properties: Mapping[str, Any]) -> bool:
    return any(name.endswith("_CIPHERTEXT") for name in properties["environment"]["variables"])


def is_not_the_validator(properties: Mapping[str, Any]) -> bool:
    return properties["name"] != "webhook-validator-prod"


VALIDATORS_ROLE = "arn:aws:iam::123456789012:role/webhook-validator-prod"
TAG_KEYS = ("Environment", "Project", "System", "Layer", "ManagedBy", "CostCenter")

MUTATIONS = (
    # IAM
    Mutation("every action", GRANTS, "iam-no-wildcards", statement(Action="*")),
    Mutation("every action of a service", GRANTS, "iam-no-wildcards", statement(Action=["sqs:*"])),
    Mutation("every resource", GRANTS, "iam-no-wildcards", statement(Action=["sqs:SendMessage"], Resource="*")),
    Mutation("NotAction", GRANTS, "iam-no-wildcards", statement(Action=[], NotAction=["iam:PassRole"])),
    Mutation("NotResource", GRANTS, "iam-no-wildcards", statement(Resource=[], NotResource=["arn:aws:s3:::a"])),
    Mutation("no action of AWS", GRANTS, "iam-actions-exist", statement(Action=["sqs:SendMessageBatch"])),
    Mutation("other type", GRANTS, "iam-resources-fit-actions", statement(Action=["sns:Publish"])),
    Mutation("role passed to all", GRANTS, "iam-pass-role", statement(Action=["iam:PassRole"])),
    Mutation(
        "trusts two services", ROLE, "iam-trust-one-service", trusting({"Service": ["a.b", "lambda.amazonaws.com"]})
    ),
    Mutation("trusts an account", ROLE, "iam-trust-conditions", trusting({"AWS": "210987654321"})),
    Mutation("trusts a deputy", ROLE, "iam-source-conditions", trusting({"Service": "scheduler.amazonaws.com"})),
    Mutation(
        "AWS's policy",
        ROLE,
        "iam-no-managed-policies",
        put("managedPolicyArns", ["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    ),
    *(
        Mutation("service for anyone", type_, "iam-source-conditions", in_json("policy", unconditional), lets_services)
        for type_ in (QUEUE_POLICY, TOPIC_POLICY, KEY)
    ),
    *(
        Mutation(
            "service for any account", type_, "iam-source-conditions", in_json("policy", for_any_account), lets_services
        )
        for type_ in (QUEUE_POLICY, TOPIC_POLICY)
    ),
    Mutation("logs for anyone", BUCKET_POLICY, "iam-source-conditions", in_json("policy", written_by_a_service)),
    # KMS
    Mutation("no rotation", KEY, "kms-rotation", drop("enableKeyRotation")),
    Mutation("long window", KEY, "kms-deletion-window", put("deletionWindowInDays", 30)),
    Mutation("locked out", KEY, "kms-no-lock-out", in_json("policy", unadministered)),
    Mutation("shut", KEY, "kms-no-lock-out", in_json("policy", shut)),
    Mutation("no check", KEY, "kms-no-lock-out", put("bypassPolicyLockoutSafetyCheck", True)),
    Mutation("no context", "aws:kms/ciphertext:Ciphertext", "kms-ciphertext-context", drop("context")),
    Mutation("plain text", "aws:ssm/parameter:Parameter", "ssm-secure-strings", put("type", "String"), is_secret),
    # Lambda
    Mutation("x86_64", FUNCTION, "lambda-arm64-only", drop("architectures")),
    Mutation("old runtime", FUNCTION, "lambda-runtime", put("runtime", "python3.8")),
    Mutation("no tracing", FUNCTION, "xray-tracing-active", put("tracingConfig.mode", "PassThrough")),
    Mutation("default memory", FUNCTION, "lambda-explicit-limits", drop("memorySize")),
    Mutation("default timeout", FUNCTION, "lambda-explicit-limits", drop("timeout")),
    Mutation("no reservation", FUNCTION, "lambda-reserved-concurrency", drop("reservedConcurrentExecutions")),
    Mutation("never runs", FUNCTION, "lambda-reserved-concurrency", put("reservedConcurrentExecutions", 0)),
    Mutation("too much", FUNCTION, "lambda-concurrency-fits-account", put("reservedConcurrentExecutions", 901)),
    Mutation("other log group", FUNCTION, "lambda-own-log-group", put("loggingConfig", {"logGroup": "/elsewhere"})),
    Mutation("another's role", FUNCTION, "lambda-own-role", put("role", VALIDATORS_ROLE), is_not_the_validator),
    Mutation("no key", FUNCTION, "lambda-encrypted-environment", drop("kmsKeyArn"), has_ciphertext),
    Mutation(
        "secret",
        FUNCTION,
        "lambda-no-secrets-in-environment",
        put("environment.variables.KEY", "AKIA" + "A1B2C3D4E5F6G7H8"),
    ),
    Mutation("no retries said", INVOKE_CONFIG, "lambda-asynchronous-retries", drop("maximumRetryAttempts")),
    Mutation("no age said", INVOKE_CONFIG, "lambda-asynchronous-retries", drop("maximumEventAgeInSeconds")),
    Mutation("dropped", INVOKE_CONFIG, "lambda-asynchronous-retries", drop("destinationConfig.onFailure")),
    Mutation(
        "public", "aws:lambda/functionUrl:FunctionUrl", "lambda-url-authorization", put("authorizationType", "NONE")
    ),
    Mutation("any source", PERMISSION, "lambda-permission-source", drop("sourceArn")),
    Mutation("wide source", PERMISSION, "iam-no-wildcards", put("sourceArn", "arn:aws:execute-api:*:1:*/*")),
    Mutation("whole batch", MAPPING, "lambda-mapping-partial-batch", drop("functionResponseTypes")),
    Mutation("no bisecting", MAPPING, "lambda-mapping-bisects", drop("bisectBatchOnFunctionError"), is_stream),
    Mutation("endless retries", MAPPING, "lambda-mapping-retries", put("maximumRetryAttempts", -1), is_stream),
    Mutation("endless age", MAPPING, "lambda-mapping-retries", drop("maximumRecordAgeInSeconds"), is_stream),
    Mutation("given up", MAPPING, "lambda-mapping-failures", drop("destinationConfig"), is_stream),
    Mutation("no maximum", MAPPING, "lambda-mapping-concurrency", drop("scalingConfig"), is_queue),
    Mutation(
        "all of it", MAPPING, "lambda-mapping-concurrency", put("scalingConfig.maximumConcurrency", 900), is_queue
    ),
    Mutation(
        "long window", MAPPING, "sqs-visibility-timeout", put("maximumBatchingWindowInSeconds", 300), is_queue, True
    ),
    # SQS
    Mutation(
        "plain",
        QUEUE,
        "sqs-encrypted",
        lambda said: (said.pop("kmsMasterKeyId", 0), said.pop("sqsManagedSseEnabled", 0)),
    ),
    Mutation(
        "AWS's key",
        QUEUE,
        "sqs-key-for-services",
        put("kmsMasterKeyId", "alias/aws/sqs"),
        mentions("name", "price-checker-rule-dlq"),
    ),
    Mutation("no DLQ", QUEUE, "sqs-dead-letter-queue", drop("redrivePolicy"), has("redrivePolicy")),
    Mutation(
        "ten receives",
        QUEUE,
        "sqs-dead-letter-queue",
        in_json("redrivePolicy", put("maxReceiveCount", 10)),
        has("redrivePolicy"),
    ),
    Mutation("any source", QUEUE, "sqs-redrive-allowed", drop("redriveAllowPolicy"), has("redriveAllowPolicy")),
    Mutation(
        "allows all",
        QUEUE,
        "sqs-redrive-allowed",
        put("redriveAllowPolicy", '{"redrivePermission": "allowAll"}'),
        has("redriveAllowPolicy"),
    ),
    Mutation(
        "keeps a minute",
        QUEUE,
        "sqs-dead-letter-retention",
        put("messageRetentionSeconds", 60),
        mentions("redriveAllowPolicy", "byQueue"),
    ),
    *(
        Mutation("TLS for writes alone", type_, rule, denying(Action=["sqs:SetQueueAttributes"]))
        for type_, rule in TLS_RULES.items()
    ),
    *(
        Mutation("TLS for some", type_, rule, denying(Principal={"AWS": "arn:aws:iam::123456789012:root"}))
        for type_, rule in TLS_RULES.items()
    ),
    *(
        Mutation("TLS for another", type_, rule, denying(Resource=["arn:aws:s3:::another", "arn:aws:s3:::another/*"]))
        for type_, rule in TLS_RULES.items()
    ),
    # SNS
    Mutation("plain", "aws:sns/topic:Topic", "sns-encrypted", drop("kmsMasterKeyId")),
    Mutation("plain HTTP", SUBSCRIPTION, "sns-no-plain-http", put("protocol", "http")),
    Mutation("no DLQ", SUBSCRIPTION, "sns-subscription-dead-letter-queue", drop("redrivePolicy")),
    # DynamoDB
    Mutation("provisioned", TABLE, "dynamodb-on-demand", put("billingMode", "PROVISIONED")),
    Mutation("no recovery", TABLE, "dynamodb-point-in-time-recovery", put("pointInTimeRecovery.enabled", False)),
    Mutation("no key", TABLE, "dynamodb-encrypted", drop("serverSideEncryption")),
    Mutation("protected", TABLE, "lifecycle-destroyable", put("deletionProtectionEnabled", True)),
    # S3
    Mutation("open", PUBLIC_ACCESS, "s3-public-access-blocked", put("blockPublicPolicy", False)),
    Mutation("open lists", PUBLIC_ACCESS, "s3-public-access-blocked", put("ignorePublicAcls", False)),
    Mutation("no algorithm", ENCRYPTION, "s3-encrypted", put("rules", [{}])),
    Mutation("suspended", VERSIONING, "s3-versioned", put("versioningConfiguration.status", "Suspended")),
    *(
        Mutation(f"no {path}", LIFECYCLE, "s3-lifecycle", drop(f"rules.0.{path}"))
        for path in ("expiration", "noncurrentVersionExpiration", "abortIncompleteMultipartUpload")
    ),
    Mutation("for everybody", BUCKET, "s3-no-access-lists", put("acl", "public-read")),
    Mutation("stays", BUCKET, "lifecycle-destroyable", drop("forceDestroy")),
    # API Gateway
    Mutation("no validator", METHOD, "apigateway-request-validated", drop("requestValidatorId")),
    Mutation("no body", VALIDATOR, "apigateway-request-validated", put("validateRequestBody", False)),
    Mutation("no model", METHOD, "apigateway-body-models", drop("requestModels")),
    Mutation("JSON alone", METHOD, "apigateway-body-models", lambda said: said["requestModels"].pop("$default")),
    Mutation(
        "anything", "aws:apigateway/model:Model", "apigateway-model-constrains", put("schema", '{"type": "object"}')
    ),
    Mutation("no rate", SETTINGS, "apigateway-throttled", drop("settings.throttlingRateLimit")),
    Mutation("any burst", SETTINGS, "apigateway-throttled", put("settings.throttlingBurstLimit", -1)),
    Mutation("one method", SETTINGS, "apigateway-throttled", put("methodPath", "webhook/POST")),
    Mutation("no logs", STAGE, "apigateway-access-logs", drop("accessLogSettings")),
    Mutation("no JSON", STAGE, "apigateway-access-logs", put("accessLogSettings.format", "$context.requestId")),
    Mutation("silent", SETTINGS, "apigateway-execution-logs", put("settings.loggingLevel", "OFF")),
    Mutation("bodies", SETTINGS, "apigateway-execution-logs", put("settings.dataTraceEnabled", True)),
    Mutation("anybody", METHOD, "apigateway-authenticated", drop("requestParameters"), is_signed),
    Mutation("no tracing", STAGE, "xray-tracing-active", put("xrayTracingEnabled", False)),
    Mutation(
        "short",
        "aws:apigateway/integration:Integration",
        "apigateway-integration-timeout",
        put("timeoutMilliseconds", 50),
        lambda said: said["type"] == "AWS_PROXY",
        True,
    ),
    # EventBridge and CloudWatch
    Mutation("dropped", TARGET, "events-target-dead-letter-queue", drop("deadLetterConfig")),
    Mutation("for a day", TARGET, "events-target-retries", drop("retryPolicy")),
    Mutation("for ever", LOG_GROUP, "logs-retention", drop("retentionInDays")),
    Mutation("rings nowhere", ALARM, "cloudwatch-alarm-rings", drop("alarmActions")),
    Mutation("switched off", ALARM, "cloudwatch-alarm-rings", put("actionsEnabled", False)),
    Mutation("late", ALARM, "cloudwatch-dead-letter-alarm", put("threshold", 10), is_depth),
    # What holds for many kinds
    *(
        Mutation("collides", type_, "naming-ends-in-suffix", put(path, "orders"))
        for type_, path in (
            (QUEUE, "name"),
            (FUNCTION, "name"),
            (TABLE, "name"),
            (ROLE, "name"),
            (GRANTS, "name"),
            (LOG_GROUP, "name"),
            (BUCKET, "bucket"),
            (ALARM, "name"),
            (VALIDATOR, "name"),
            ("aws:apigateway/restApi:RestApi", "name"),
            (DASHBOARD, "dashboardName"),
            ("aws:cloudwatch/eventBus:EventBus", "name"),
            ("aws:cloudwatch/eventRule:EventRule", "name"),
            (METRIC_FILTER, "name"),
            ("aws:kms/alias:Alias", "name"),
            ("aws:sns/topic:Topic", "name"),
            ("aws:ssm/parameter:Parameter", "name"),
        )
    ),
    *(Mutation("far away", type_, "region-allowed", put("region", "eu-west-1")) for type_ in (QUEUE, TABLE, FUNCTION)),
    *(Mutation(f"no tag {key}", QUEUE, "tags-required", drop(f"tags.{key}")) for key in TAG_KEYS),
    *(
        Mutation("no tags", type_, "tags-required", drop("tags"))
        for type_ in (FUNCTION, TABLE, ROLE, KEY, LOG_GROUP, STAGE, ALARM, MAPPING, BUCKET)
    ),
)

REMOVALS = (
    *(Removal(type_, rule) for type_, rule in TLS_RULES.items()),
    Removal(LOG_GROUP, "lambda-own-log-group", is_of_a_function),
    Removal(SETTINGS, "apigateway-throttled"),
    Removal(VALIDATOR, "apigateway-request-validated"),
    Removal(PUBLIC_ACCESS, "s3-public-access-blocked"),
    Removal(ENCRYPTION, "s3-encrypted"),
    Removal(VERSIONING, "s3-versioned"),
    Removal(LIFECYCLE, "s3-lifecycle"),
    Removal(ALARM, "cloudwatch-dead-letters-watched", on("ApproximateNumberOfMessagesVisible"), joined=True),
    Removal(ALARM, "cloudwatch-backlogs-watched", on("ApproximateAgeOfOldestMessage"), joined=True),
    Removal(ALARM, "cloudwatch-functions-watched", on("Errors", "Throttles", "IteratorAge"), joined=True),
    Removal(ALARM, "cloudwatch-apis-watched", on("5XXError"), joined=True),
    Removal(ALARM, "cloudwatch-counted-errors-watched", is_on_a_count, joined=True),
    Removal(METRIC_FILTER, "cloudwatch-logged-errors-counted", joined=True),
    Removal(DASHBOARD, "cloudwatch-functions-shown", joined=True),
    Removal(INVOKE_CONFIG, "lambda-asynchronous-failures", joined=True),
)


def all_rules() -> Iterator[str]:
    """The rules that some mutation is for."""
    yield from (mutation.rule for mutation in MUTATIONS)
    yield from (removal.rule for removal in REMOVALS)
