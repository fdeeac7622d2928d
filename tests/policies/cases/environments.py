"""What holds for resources of any kind: names, regions, tags, and that they can go."""

from typing import Any

from tests.policies.case import Bad, Cases, Good, Place, peer

QUEUE = "aws:sqs/queue:Queue"
BUCKET = "aws:s3/bucket:Bucket"
TABLE = "aws:dynamodb/table:Table"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"

TAGS = dict.fromkeys(("Environment", "Project", "System", "Layer", "ManagedBy", "CostCenter"), "orders")
IN_VIRGINIA = Place(provider={"region": "us-east-1"})


def without(tag: str) -> dict[str, Any]:
    return {"tags": {key: value for key, value in TAGS.items() if key != tag}}


CASES = {
    "naming-ends-in-suffix": Cases(
        good=(
            Good(QUEUE, {"name": "orders-dev"}),
            Good(QUEUE, {"name": "orders-dev.fifo"}),
            Good(BUCKET, {"bucket": "data-dev"}),
            Good(QUEUE, {"name": "orders-blue"}, settings={"suffix": "blue"}),
            Good(LOG_GROUP, {"name": "API-Gateway-Execution-Logs_a1b2c3/v1"}),
        ),
        bad=(
            Bad(QUEUE, {}, "name absent"),
            Bad(QUEUE, {"name": "orders"}, "name orders"),
            Bad(QUEUE, {"name": "ordersdev"}, "name ordersdev"),
            Bad(QUEUE, {"name": "orders-blue"}, "name orders-blue"),
            Bad(QUEUE, {"name": "orders-queue"}, "name orders-queue", peers=(peer(QUEUE, {"name": "bills-queue"}),)),
            Bad(QUEUE, {"name": "orders-dev"}, "name orders-dev", settings={"suffix": "blue"}),
        ),
    ),
    "region-allowed": Cases(
        good=(
            Good(QUEUE, {}, place=IN_VIRGINIA),
            Good(QUEUE, {"region": "us-east-1"}),
            Good(QUEUE, {"region": "eu-west-1"}, settings={"regions": ["eu-west-1"]}),
        ),
        bad=(
            Bad(QUEUE, {}, "provider.region absent"),
            Bad(QUEUE, {"region": "eu-west-1"}, "region eu-west-1", place=IN_VIRGINIA),
            Bad(QUEUE, {}, "provider.region eu-west-1", place=Place(provider={"region": "eu-west-1"})),
        ),
    ),
    "tags-required": Cases(
        good=(
            Good(QUEUE, {"tags": TAGS}),
            Good(QUEUE, {"tags": {"Owner": "us"}}, settings={"keys": ["Owner"]}),
        ),
        bad=(
            Bad(QUEUE, {}, "no tag Environment"),
            *(Bad(QUEUE, without(tag), f"no tag {tag}") for tag in TAGS),
            Bad(QUEUE, {"tags": {**TAGS, "Project": ""}}, "no tag Project"),
        ),
    ),
    "lifecycle-destroyable": Cases(
        good=(
            Good(TABLE, {"deletionProtectionEnabled": False}),
            Good(BUCKET, {"forceDestroy": True}),
            Good(LOG_GROUP, {}),
        ),
        bad=(
            Bad(TABLE, {"deletionProtectionEnabled": True}, "deletionProtectionEnabled True"),
            Bad(LOG_GROUP, {"skipDestroy": True}, "skipDestroy True"),
            Bad(BUCKET, {}, "forceDestroy absent"),
            Bad(BUCKET, {"forceDestroy": False}, "forceDestroy False"),
            Bad(QUEUE, {}, "protected", place=Place(protected=True)),
        ),
    ),
}
