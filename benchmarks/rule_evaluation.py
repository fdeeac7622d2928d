"""What evaluation costs beside its calls to AWS: processor time, paired with a bare loop that makes the same calls.

Both evaluate the same messages with the same boto3 clients, whose HTTP answers are canned. The bare loop parses with
json and Decimal, and has no validation, no errors, no logs, no metrics and no threads. Run it by
`python -m benchmarks.rule_evaluation`; it fails where evaluation needs more than 1.5 times the loop's time.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

VARIABLES = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "rule-evaluation",
    "POWERTOOLS_METRICS_NAMESPACE": "price-alerts",
    "ALERT_RULES_TABLE": "alert-rules",
    "PRICE_HISTORY_TABLE": "price-history",
    "PRICE_UPDATES_QUEUE_URL": "http://127.0.0.1/price-updates",
    "PRICE_ALERT_NOTIFICATIONS_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:notifications",
}
os.environ.update(VARIABLES)

from botocore.awsrequest import AWSResponse  # noqa: E402 - the environment comes first

from services.common.telemetry import logger  # noqa: E402
from services.price_alerts import rule_evaluation  # noqa: E402

MESSAGES = 60
RULES = 5
BATCH = 10
ROUNDS = 9
LIMIT = 1.5
ARMED_AT = "2026-11-21T09:00:00.000000Z"


class Context:
    """What Lambda passes beside the event."""

    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "benchmark"

    def get_remaining_time_in_millis(self) -> int:
        return 45_000


class Raw:
    """The body of a canned answer."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def canned(request: Any, **_: Any) -> AWSResponse:
    """What AWS would answer to a request, as far as evaluation looks at it."""
    target = request.headers.get("X-Amz-Target", b"").decode()
    if target.endswith(".Query"):
        asked = json.loads(request.body)["ExpressionAttributeValues"][":armed_for"]["S"]
        body = json.dumps({"Items": rules(asked) if asked.endswith("above") else []}).encode()
    elif target:
        body = b"{}"
    else:
        body = published(request.body)
    return AWSResponse(request.url, 200, cast(Any, {}), Raw(body))


def rules(armed_for: str) -> list[dict[str, Any]]:
    """A page of the index."""
    return [
        {
            "userId": {"S": f"user-{number}"},
            "alertId": {"S": f"alert-{number}"},
            "symbol": {"S": armed_for.partition("#")[0]},
            "direction": {"S": "above"},
            "threshold": {"N": str(number)},
            "armed_for": {"S": armed_for},
            "armed_at": {"S": ARMED_AT},
        }
        for number in range(RULES)
    ]


def published(body: Any) -> bytes:
    """SNS's answer that all entries were published."""
    text = body.decode() if isinstance(body, bytes) else str(body)
    count = text.count(".Id=")
    members = "".join(f"<member><Id>{n}</Id><MessageId>m</MessageId></member>" for n in range(count))
    return f"<R><PublishBatchResult><Successful>{members}</Successful></PublishBatchResult></R>".encode()


def messages() -> list[dict[str, Any]]:
    """Records as SQS hands them over, each of another symbol."""
    return [
        {
            "messageId": f"message-{number}",
            "body": json.dumps(
                {
                    "schema_version": "1",
                    "symbol": f"A{number}-USD",
                    "exchange": "gemini",
                    "price": "67000.10",
                    "observed_at": "2026-11-21T10:00:00.000000Z",
                    "received_at": "2026-11-21T10:00:00.000000Z",
                    "correlation_id": f"correlation-{number}",
                }
            ),
        }
        for number in range(MESSAGES)
    ]


def evaluate(evaluation: rule_evaluation.RuleEvaluation, records: list[dict[str, Any]]) -> None:
    """In batches as the queue's mapping makes them."""
    for start in range(0, len(records), BATCH):
        evaluation.consume(records[start : start + BATCH], cast(Any, Context()))


def bare(dynamodb: Any, sns: Any, records: list[dict[str, Any]]) -> None:
    """The same calls from the shortest code that makes them."""
    for record in records:
        update = json.loads(record["body"])
        price = Decimal(update["price"])
        key = {
            "symbol": {"S": update["symbol"]},
            "entry": {"S": f"{update['observed_at']}#{update['exchange']}#{price}"},
        }
        dynamodb.put_item(TableName="price-history", Item={**key, **strings(update), "price": {"N": str(price)}})
        values = {":observation": key["entry"], ":price": {"N": str(price)}, ":expiryTime": {"N": "1"}}
        values |= {f":{name}": value for name, value in strings(update).items()}
        dynamodb.update_item(
            TableName="price-history",
            Key={"symbol": {"S": update["symbol"]}, "entry": {"S": "latest"}},
            UpdateExpression="SET " + ", ".join(f"{name[1:]} = {name}" for name in values),
            ConditionExpression="attribute_not_exists(observation) OR observation <= :observation",
            ExpressionAttributeValues=values,
        )
        for direction, operator in (("above", "<="), ("below", ">=")):
            found = dynamodb.query(
                TableName="alert-rules",
                IndexName="armed-index",
                KeyConditionExpression=f"armed_for = :armed_for AND threshold {operator} :price",
                ExpressionAttributeValues={
                    ":armed_for": {"S": f"{update['symbol']}#{direction}"},
                    ":price": {"N": str(price)},
                },
            )["Items"]
            if found:
                fire(dynamodb, sns, update, found)


def fire(dynamodb: Any, sns: Any, update: dict[str, str], found: list[dict[str, Any]]) -> None:
    entries: list[dict[str, Any]] = []
    for position, rule in enumerate(found):
        alert = {
            "fired_at": "2026-11-21T10:00:00.000000Z",
            "exchange": update["exchange"],
            "observed_at": update["observed_at"],
            "message_id": f"{rule['alertId']['S']}/{rule['armed_at']['S']}",
            "correlation_id": update["correlation_id"],
            "claimant": "benchmark",
            "shard": "0",
        }
        dynamodb.update_item(
            TableName="alert-rules",
            Key={"userId": rule["userId"], "alertId": rule["alertId"]},
            UpdateExpression="SET "
            + ", ".join(f"{name} = :{name}" for name in alert)
            + ", price = :price REMOVE armed_for",
            ConditionExpression="armed_for = :armed_for AND armed_at = :armed_at AND threshold = :threshold",
            ExpressionAttributeValues={
                **{f":{name}": {"S": value} for name, value in alert.items()},
                **{f":{name}": rule[name] for name in ("armed_for", "armed_at", "threshold")},
                ":price": {"N": update["price"]},
            },
        )
        body = {**update, **alert, "threshold": rule["threshold"]["N"]}
        body |= {name: rule[name]["S"] for name in ("userId", "alertId", "direction")}
        attributes = ("message_id", "userId", "symbol", "direction", "correlation_id", "schema_version")
        entries.append(
            {
                "Id": str(position),
                "Message": json.dumps(body),
                "Subject": f"{body['symbol']} {body['direction']} {body['threshold']}",
                "MessageAttributes": {n: {"DataType": "String", "StringValue": body[n]} for n in attributes},
            }
        )
    sns.publish_batch(TopicArn=VARIABLES["PRICE_ALERT_NOTIFICATIONS_TOPIC_ARN"], PublishBatchRequestEntries=entries)
    for rule in found:
        dynamodb.update_item(
            TableName="alert-rules",
            Key={"userId": rule["userId"], "alertId": rule["alertId"]},
            UpdateExpression="SET notified_at = :now REMOVE unnotified",
            ConditionExpression="attribute_exists(unnotified) AND message_id = :message_id",
            ExpressionAttributeValues={":now": {"S": "2026-11-21T10:00:00.000000Z"}, ":message_id": {"S": "m"}},
        )


def strings(update: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"S": update[name]} for name in ("exchange", "observed_at", "received_at", "correlation_id")}


def processor_seconds(work: Callable[[], object]) -> float:
    """The processor time of all threads."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


@contextmanager
def silent() -> Generator[None]:
    """Lets the logs be formatted and written, to nowhere."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        handler: Any = logger.registered_handler
        before = handler.setStream(nowhere)
        yield
        handler.setStream(before)


def main() -> int:
    """Prints the medians and their ratio; 1 where evaluation is beyond the limit."""
    evaluation, records = rule_evaluation.evaluation, messages()
    dynamodb: Any = evaluation.evaluator.history._client  # pyright: ignore[reportPrivateUsage]
    sns: Any = evaluation.evaluator.notifier.topic._client  # pyright: ignore[reportPrivateUsage]
    for client in (dynamodb, sns):
        client.meta.events.register("before-send", canned)
    pairs: list[tuple[float, float]] = []
    with silent():
        for _ in range(ROUNDS):
            ours = processor_seconds(lambda: evaluate(evaluation, records))
            pairs.append((ours, processor_seconds(lambda: bare(dynamodb, sns, records))))
    ratio = statistics.median(ours / theirs for ours, theirs in pairs[1:])
    for name, seconds in zip(("evaluation", "bare loop"), zip(*pairs[1:], strict=True), strict=True):
        print(f"{name}: {statistics.median(seconds) / MESSAGES * 1000:.2f} ms of processor a price of {RULES} rules")
    print(f"evaluation needs {ratio:.2f} times the bare loop's processor time; allowed is {LIMIT}")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
