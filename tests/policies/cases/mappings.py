"""Event source mappings."""

from typing import Any

from tests.policies.case import ARN, Bad, Cases, Good, peer

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
FUNCTION = "aws:lambda/function:Function"
QUEUE = "aws:sqs/queue:Queue"
PERMISSION = "aws:lambda/permission:Permission"

STREAM = ARN.format("dynamodb", "table/orders-dev/stream/2026")
SHARDS = ARN.format("kinesis", "stream/orders-dev")
ORDERS = ARN.format("sqs", "orders-dev")
BROKER = ARN.format("mq", "broker:orders:1")
FAILURES = ARN.format("sqs", "orders-failures-dev")


def of(source: str, **more: Any) -> dict[str, Any]:
    return {"eventSourceArn": source, "functionName": "orders-dev", **more}


def taking(maximum: int | None, source: str = ORDERS) -> dict[str, Any]:
    return of(source, **({} if maximum is None else {"scalingConfig": {"maximumConcurrency": maximum}}))


def function(**properties: Any) -> Any:
    return peer(FUNCTION, {"name": "orders-dev", **properties}, "function")


def queue(**properties: Any) -> Any:
    return peer(QUEUE, {"name": "orders-dev", **properties}, "queue")


RESERVES = function(reservedConcurrentExecutions=10)
SWEEP = peer(PERMISSION, {"function": "orders-dev", "principal": "events.amazonaws.com"}, "sweep")

CASES = {
    "lambda-mapping-partial-batch": Cases(
        good=(
            Good(MAPPING, of(ORDERS, functionResponseTypes=["ReportBatchItemFailures"])),
            Good(MAPPING, of(STREAM, functionResponseTypes=["ReportBatchItemFailures"])),
            Good(MAPPING, of(BROKER)),
        ),
        bad=(
            Bad(MAPPING, of(ORDERS), "functionResponseTypes absent"),
            Bad(MAPPING, of(STREAM, functionResponseTypes=[]), "functionResponseTypes []"),
        ),
    ),
    "lambda-mapping-bisects": Cases(
        good=(
            Good(MAPPING, of(STREAM, bisectBatchOnFunctionError=True)),
            Good(MAPPING, of(ORDERS)),
        ),
        bad=(
            Bad(MAPPING, of(STREAM), "bisectBatchOnFunctionError absent"),
            Bad(MAPPING, of(SHARDS, bisectBatchOnFunctionError=False), "bisectBatchOnFunctionError False"),
        ),
    ),
    "lambda-mapping-retries": Cases(
        good=(
            Good(MAPPING, of(STREAM, maximumRetryAttempts=5, maximumRecordAgeInSeconds=3600)),
            Good(MAPPING, of(ORDERS)),
        ),
        bad=(
            Bad(MAPPING, of(STREAM, maximumRecordAgeInSeconds=3600), "maximumRetryAttempts absent"),
            Bad(MAPPING, of(STREAM, maximumRetryAttempts=-1), "maximumRetryAttempts -1"),
            Bad(MAPPING, of(SHARDS, maximumRetryAttempts=5), "maximumRecordAgeInSeconds absent"),
        ),
    ),
    "lambda-mapping-failures": Cases(
        good=(
            Good(MAPPING, of(STREAM, destinationConfig={"onFailure": {"destinationArn": FAILURES}})),
            Good(MAPPING, of(ORDERS)),
        ),
        bad=(
            Bad(MAPPING, of(STREAM), "destinationConfig.onFailure.destinationArn absent"),
            Bad(MAPPING, of(STREAM, destinationConfig={}), "destinationConfig.onFailure.destinationArn absent"),
        ),
    ),
    "lambda-mapping-concurrency": Cases(
        good=(
            Good(MAPPING, taking(10), peers=(RESERVES,)),
            Good(MAPPING, taking(9), peers=(RESERVES, SWEEP)),
            Good(
                MAPPING, taking(4), peers=(RESERVES, peer(MAPPING, taking(5, FAILURES)), peer(MAPPING, of(STREAM), "s"))
            ),
            Good(MAPPING, taking(50), peers=(function(),)),
            Good(MAPPING, taking(10), peers=(function(reservedConcurrentExecutions=0), SWEEP)),
            Good(MAPPING, taking(50)),
            Good(MAPPING, of(STREAM)),
        ),
        bad=(
            Bad(MAPPING, taking(None), "scalingConfig.maximumConcurrency absent"),
            Bad(MAPPING, taking(1), "scalingConfig.maximumConcurrency 1"),
            Bad(MAPPING, taking(11), "11 of 10", peers=(RESERVES,)),
            Bad(MAPPING, taking(10), "10 of 10", peers=(RESERVES, SWEEP)),
            Bad(MAPPING, taking(10), "10 of 10", peers=(RESERVES, peer(MAPPING, of(STREAM)))),
            Bad(MAPPING, taking(6), "11 of 10", peers=(RESERVES, peer(MAPPING, taking(5, FAILURES)))),
        ),
    ),
    "sqs-visibility-timeout": Cases(
        good=(
            Good(MAPPING, of(ORDERS), peers=(function(timeout=50), queue(visibilityTimeoutSeconds=300))),
            Good(MAPPING, of(ORDERS), peers=(function(), queue())),
            Good(MAPPING, of(ORDERS), peers=(function(timeout=900),)),
            Good(MAPPING, of(ORDERS), peers=(queue(),)),
            Good(MAPPING, of(STREAM)),
        ),
        bad=(
            Bad(
                MAPPING,
                of(ORDERS),
                "299 s of 300 s",
                peers=(function(timeout=50), queue(visibilityTimeoutSeconds=299)),
            ),
            Bad(
                MAPPING,
                of(ORDERS, maximumBatchingWindowInSeconds=5),
                "300 s of 305 s",
                peers=(function(timeout=50), queue(visibilityTimeoutSeconds=300)),
            ),
            Bad(MAPPING, of(ORDERS), "30 s of 36 s", peers=(function(timeout=6), queue())),
            Bad(MAPPING, of(ORDERS), "0 s of 18 s", peers=(function(), queue(visibilityTimeoutSeconds=0))),
        ),
    ),
}
