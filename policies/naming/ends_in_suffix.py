"""Physical names tell environments apart."""

from collections.abc import Iterator

from policies.framework.knob import Knob
from policies.framework.property import wrong
from policies.framework.rule import Finding, Resource, ResourceRule, Severity

SUFFIX = Knob(
    name="suffix",
    default="",
    description="What every physical name ends in, behind a dash; empty for the stack's name, or its last parts.",
    schema={"type": "string", "pattern": "^[a-z0-9-]*$"},
)
# The property that is the physical name. API models, which are alphanumeric, stages and indexes have none of these.
NAMES = {
    "aws:apigateway/requestValidator:RequestValidator": "name",
    "aws:apigateway/restApi:RestApi": "name",
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
    "aws:cloudwatch/eventBus:EventBus": "name",
    "aws:cloudwatch/eventRule:EventRule": "name",
    "aws:cloudwatch/logGroup:LogGroup": "name",
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": "name",
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": "name",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
    "aws:dynamodb/table:Table": "name",
    "aws:iam/policy:Policy": "name",
    "aws:iam/role:Role": "name",
    "aws:iam/rolePolicy:RolePolicy": "name",
    "aws:kinesis/stream:Stream": "name",
    "aws:kms/alias:Alias": "name",
    "aws:lambda/function:Function": "name",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:s3/bucketV2:BucketV2": "bucket",
    "aws:scheduler/schedule:Schedule": "name",
    "aws:sfn/stateMachine:StateMachine": "name",
    "aws:sns/topic:Topic": "name",
    "aws:sqs/queue:Queue": "name",
    "aws:ssm/parameter:Parameter": "name",
}
# AWS itself chooses this name, after the API's id.
OF_AWS = "API-Gateway-Execution-Logs_"
# A queue or topic of this ending is first in, first out.
FIRST_IN_FIRST_OUT = ".fifo"


def check(resource: Resource) -> Iterator[Finding]:
    """A finding unless the physical name is given, and ends in the suffix."""
    path = NAMES[resource.type]
    found = resource.read(path)
    endings = _endings(resource.setting(SUFFIX), resource.circumstances.stack)
    if found is None or not (found.removesuffix(FIRST_IN_FIRST_OUT).endswith(endings) or found.startswith(OF_AWS)):
        why = "two environments of one account would collide in it, or nobody can tell whose it is"
        yield wrong(path, found, why, f"Let it end in `{endings[0]}`, or set the rule's `suffix`.")


def _endings(suffix: str, stack: str) -> tuple[str, ...]:
    """Without a suffix, the stack's name and what is left of it without its first parts: `local-one` ends in `-one`."""
    parts = stack.split("-")
    return (f"-{suffix}",) if suffix else tuple(f"-{'-'.join(parts[place:])}" for place in range(len(parts)))


RULE = ResourceRule(
    __name__,
    description="Every physical name of a stack ends in the environment's suffix.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/building-your-tagging-strategy.html",
    types=NAMES,
    knobs=[SUFFIX],
    check=check,
)
