"""EventBridge's targets."""

from tests.policies.case import ARN, Bad, Cases, Good

TARGET = "aws:cloudwatch/eventTarget:EventTarget"
SCHEDULE = "aws:scheduler/schedule:Schedule"
QUEUE = ARN.format("sqs", "sweep-dlq-dev")
RETRIES = {"maximumRetryAttempts": 2, "maximumEventAgeInSeconds": 300}

CASES = {
    "events-target-dead-letter-queue": Cases(
        good=(
            Good(TARGET, {"deadLetterConfig": {"arn": QUEUE}}),
            Good(SCHEDULE, {"target": {"deadLetterConfig": {"arn": QUEUE}}}),
        ),
        bad=(
            Bad(TARGET, {}, "deadLetterConfig.arn absent"),
            Bad(SCHEDULE, {"target": {}}, "target.deadLetterConfig.arn absent"),
        ),
    ),
    "events-target-retries": Cases(
        good=(
            Good(TARGET, {"retryPolicy": RETRIES}),
            Good(SCHEDULE, {"target": {"retryPolicy": {**RETRIES, "maximumRetryAttempts": 0}}}),
        ),
        bad=(
            Bad(TARGET, {}, "retryPolicy.maximumRetryAttempts absent"),
            Bad(TARGET, {"retryPolicy": {"maximumRetryAttempts": 2}}, "retryPolicy.maximumEventAgeInSeconds absent"),
            Bad(SCHEDULE, {"target": {}}, "target.retryPolicy.maximumRetryAttempts absent"),
        ),
    ),
}
