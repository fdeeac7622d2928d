"""What the AWS provider calls to create, read, change, tag and delete each type of resource."""

from collections.abc import Mapping
from dataclasses import dataclass

from operations.deployer.ground import (
    Limit,
    Place,
    anything,
    buckets,
    dashboards,
    every,
    first_tags,
    function_roles,
    log_groups,
    objects,
    own_functions,
    own_secrets,
    own_tags,
    passed_to_lambda,
    requested_tags,
    rest_apis,
    roles,
    suffixed,
    through,
    unlimited,
)


@dataclass(frozen=True, slots=True)
class Right:
    """Actions of one service, in words, on some resources, within a limit."""

    service: str
    actions: str
    place: Place
    limit: Limit = unlimited

    @property
    def names(self) -> tuple[str, ...]:
        """The actions as IAM writes them."""
        return tuple(f"{self.service}:{action}" for action in self.actions.split())


KEYS = every("kms", "key/")
FUNCTIONS = suffixed("lambda", "function:")
MAPPINGS = every("lambda", "event-source-mapping:")
RULES = suffixed("events", "rule/")
TAGS = "ListTagsForResource TagResource UntagResource"

# The provider's own calls on what one API is made of: it knows paths, and no types.
OF_API = (Right("apigateway", "DELETE GET PATCH POST PUT", rest_apis),)
# DynamoDB and Lambda use a key in the name of who makes a table or a function under it.
USE_OF_KEY = "CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey ReEncryptFrom ReEncryptTo"

RESOURCE_TYPES: Mapping[str, tuple[Right, ...]] = {
    "aws:apigateway/deployment:Deployment": OF_API,
    "aws:apigateway/integration:Integration": OF_API,
    "aws:apigateway/integrationResponse:IntegrationResponse": OF_API,
    "aws:apigateway/method:Method": OF_API,
    "aws:apigateway/methodResponse:MethodResponse": OF_API,
    "aws:apigateway/methodSettings:MethodSettings": OF_API,
    "aws:apigateway/model:Model": OF_API,
    "aws:apigateway/requestValidator:RequestValidator": OF_API,
    "aws:apigateway/resource:Resource": OF_API,
    "aws:apigateway/response:Response": OF_API,
    "aws:apigateway/restApi:RestApi": OF_API,
    "aws:apigateway/stage:Stage": OF_API,
    "aws:cloudwatch/dashboard:Dashboard": (
        Right("cloudwatch", "DeleteDashboards GetDashboard PutDashboard", dashboards),
    ),
    "aws:cloudwatch/eventBus:EventBus": (
        Right(
            "events",
            f"CreateEventBus DeleteEventBus DescribeEventBus UpdateEventBus {TAGS}",
            suffixed("events", "event-bus/"),
        ),
    ),
    "aws:cloudwatch/eventRule:EventRule": (
        Right("events", f"DeleteRule DescribeRule DisableRule EnableRule PutRule {TAGS}", RULES),
    ),
    "aws:cloudwatch/eventTarget:EventTarget": (Right("events", "ListTargetsByRule PutTargets RemoveTargets", RULES),),
    "aws:cloudwatch/logGroup:LogGroup": (
        Right("logs", f"CreateLogGroup DeleteLogGroup DeleteRetentionPolicy PutRetentionPolicy {TAGS}", log_groups),
        Right("logs", "DescribeLogGroups", anything),
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": (
        Right("logs", "DeleteMetricFilter DescribeMetricFilters PutMetricFilter", log_groups),
    ),
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": (
        Right("logs", "DeleteSubscriptionFilter DescribeSubscriptionFilters PutSubscriptionFilter", log_groups),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": (
        Right("cloudwatch", f"DeleteAlarms PutMetricAlarm {TAGS}", suffixed("cloudwatch", "alarm:")),
        Right("cloudwatch", "DescribeAlarms", every("cloudwatch", "alarm:")),
    ),
    "aws:dynamodb/table:Table": (
        Right(
            "dynamodb",
            "CreateTable DeleteTable DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource "
            "TagResource UntagResource UpdateContinuousBackups UpdateTable UpdateTimeToLive",
            suffixed("dynamodb", "table/"),
        ),
        Right("kms", USE_OF_KEY, KEYS, through("dynamodb")),
    ),
    "aws:iam/role:Role": (
        Right(
            "iam",
            "CreateRole DeleteRole GetRole ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies "
            "ListRoleTags TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
            roles,
        ),
    ),
    "aws:iam/rolePolicy:RolePolicy": (Right("iam", "DeleteRolePolicy GetRolePolicy PutRolePolicy", roles),),
    "aws:kms/alias:Alias": (
        Right("kms", "CreateAlias DeleteAlias UpdateAlias", suffixed("kms", "alias/")),
        Right("kms", "CreateAlias DeleteAlias UpdateAlias", KEYS),
        Right("kms", "ListAliases", anything),
    ),
    "aws:kms/ciphertext:Ciphertext": (Right("kms", "Encrypt", KEYS, own_secrets),),
    "aws:kms/key:Key": (
        Right("kms", "CreateKey", anything, requested_tags),
        Right("kms", "TagResource", KEYS, first_tags),
        # It takes KMS up to five minutes to know a tag: what follows upon a creation can't depend on one.
        Right("kms", "DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags", KEYS),
        Right(
            "kms",
            "DisableKey EnableKey PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription",
            KEYS,
            own_tags,
        ),
    ),
    "aws:lambda/eventSourceMapping:EventSourceMapping": (
        Right("lambda", "CreateEventSourceMapping", anything, own_functions),
        Right(
            "lambda", "DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping", MAPPINGS, own_functions
        ),
        Right("lambda", "ListTags TagResource UntagResource", MAPPINGS),
    ),
    "aws:lambda/function:Function": (
        Right(
            "lambda",
            "CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction GetFunctionCodeSigningConfig "
            "GetFunctionConcurrency GetFunctionConfiguration GetFunctionRecursionConfig ListTags "
            "ListVersionsByFunction PutFunctionConcurrency TagResource UntagResource UpdateFunctionCode "
            "UpdateFunctionConfiguration",
            FUNCTIONS,
        ),
        Right("iam", "PassRole", function_roles, passed_to_lambda),
        Right("kms", USE_OF_KEY, KEYS, through("lambda")),
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (
        Right(
            "lambda",
            "DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig PutFunctionEventInvokeConfig "
            "UpdateFunctionEventInvokeConfig",
            FUNCTIONS,
        ),
    ),
    "aws:lambda/permission:Permission": (Right("lambda", "AddPermission GetPolicy RemovePermission", FUNCTIONS),),
    "aws:s3/bucket:Bucket": (
        Right(
            "s3",
            "CreateBucket DeleteBucket GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation "
            "GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy GetBucketRequestPayment "
            "GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration "
            "GetLifecycleConfiguration GetReplicationConfiguration ListBucket ListBucketVersions "
            "ListTagsForResource PutBucketTagging TagResource UntagResource",
            buckets,
        ),
        Right("s3", "DeleteObject DeleteObjectVersion", objects),
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        Right("s3", "GetLifecycleConfiguration PutLifecycleConfiguration", buckets),
    ),
    "aws:s3/bucketNotification:BucketNotification": (
        Right("s3", "GetBucketNotification PutBucketNotification", buckets),
    ),
    "aws:s3/bucketPolicy:BucketPolicy": (Right("s3", "DeleteBucketPolicy GetBucketPolicy PutBucketPolicy", buckets),),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (
        Right("s3", "GetBucketPublicAccessBlock PutBucketPublicAccessBlock", buckets),
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        Right("s3", "GetEncryptionConfiguration PutEncryptionConfiguration", buckets),
    ),
    "aws:s3/bucketVersioning:BucketVersioning": (Right("s3", "GetBucketVersioning PutBucketVersioning", buckets),),
    "aws:sns/topic:Topic": (
        Right("sns", f"CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes {TAGS}", suffixed("sns")),
    ),
    "aws:sns/topicPolicy:TopicPolicy": (Right("sns", "GetTopicAttributes SetTopicAttributes", suffixed("sns")),),
    "aws:sns/topicSubscription:TopicSubscription": (
        Right("sns", "ListSubscriptionsByTopic Subscribe", suffixed("sns")),
        Right("sns", "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe", anything),
    ),
    "aws:sqs/queue:Queue": (
        Right(
            "sqs",
            "CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue "
            "UntagQueue",
            suffixed("sqs"),
        ),
    ),
    "aws:sqs/queuePolicy:QueuePolicy": (Right("sqs", "GetQueueAttributes SetQueueAttributes", suffixed("sqs")),),
    "aws:ssm/parameter:Parameter": (
        Right(
            "ssm",
            "AddTagsToResource DeleteParameter GetParameter GetParameters ListTagsForResource PutParameter "
            "RemoveTagsFromResource",
            suffixed("ssm", "parameter/"),
        ),
        Right("ssm", "DescribeParameters", anything),
    ),
}
