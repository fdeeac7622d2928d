"""A table with a stream, and a function that its mapping calls."""

import json
import uuid
from typing import Any

from tests.local.emulator.cloud import Cloud, eventually

# Writes what it was called with to its log, then does what the test's `act` says with the list of ids.
CALLED = """
import json
def handler(event, context):
    records = [(r["dynamodb"]["Keys"]["id"]["S"], r["dynamodb"]["SequenceNumber"]) for r in event["Records"]]
    ids = [each for each, _ in records]
    print("CALL " + json.dumps(ids))
    return act(records, ids)
def act(records, ids):
    {act}
"""


class StreamedTable:
    """Writes items, and tells which batches the function got."""

    def __init__(self, cloud: Cloud, act: str, *, readable: bool = True, may_send: bool = True, **mapping: Any) -> None:
        self.cloud, self.name = cloud, f"table-{uuid.uuid4().hex[:8]}"
        self.dynamodb = cloud.client("dynamodb")
        stream = self.dynamodb.create_table(
            TableName=self.name, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )["TableDescription"]["LatestStreamArn"]  # fmt: skip
        self.queue, queue_arn = cloud.queue()
        destination = queue_arn if may_send else f"{queue_arn}-other"
        rights: list[dict[str, Any]] = [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": destination}]
        if readable:
            reads = ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"]
            rights.append({"Effect": "Allow", "Action": reads, "Resource": stream})
        self.function = cloud.function(CALLED.format(act=act), role=cloud.role(*rights), Timeout=20)
        self.mapping: str = cloud.client("lambda").create_event_source_mapping(
            FunctionName=self.function, EventSourceArn=stream, StartingPosition="TRIM_HORIZON",
            DestinationConfig={"OnFailure": {"Destination": queue_arn}},
            # Long enough for a transaction's records to arrive in one batch.
            **{"MaximumBatchingWindowInSeconds": 1, **mapping},
        )["UUID"]  # fmt: skip

    def put(self, *ids: str) -> None:
        """One transaction, so that the records arrive together."""
        puts = [{"Put": {"TableName": self.name, "Item": {"id": {"S": each}}}} for each in ids]
        self.dynamodb.transact_write_items(TransactItems=puts)

    def calls(self) -> list[list[str]]:
        """The ids of each invocation so far."""
        try:
            lines = self.cloud.log(self.function)
        except self.cloud.client("logs").exceptions.ResourceNotFoundException:
            return []
        return [json.loads(line.removeprefix("CALL ")) for line in lines if line.startswith("CALL ")]

    def called(self, times: int, within_s: float = 20) -> list[list[str]]:
        """The calls, when there have been `times`."""
        eventually(lambda: len(self.calls()) >= times, within_s)
        return self.calls()
