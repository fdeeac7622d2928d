"""What an update would delete, or replace by an empty one, of what holds data or is known to others by its name."""

from operations.planned_steps import planned_steps

KEEPING = {
    "aws:apigateway/restApi:RestApi": "API, whose address senders use",
    "aws:dynamodb/table:Table": "table and its items",
    "aws:kms/key:Key": "key, and with it what it encrypts",
    "aws:s3/bucket:Bucket": "bucket and its objects",
    "aws:sns/topic:Topic": "topic and its subscriptions",
    "aws:sqs/queue:Queue": "queue and its messages",
    "aws:ssm/parameter:Parameter": "parameter, with a value that was rotated in",
}
DELETED, REPLACED = "delete", ("replace", "create-replacement", "delete-replaced")


def losses(layer: str, changes: str, environment: str) -> tuple[str, ...]:
    """A line for each loss in what `pulumi preview --json` says of a layer; OperationError where it can't be read."""
    steps = planned_steps(layer, changes, environment)
    # A replacement is several steps.
    found = {step.urn: step.operation for step in steps if step.operation in (DELETED, *REPLACED)}
    lost = [(operation, *_kind_and_name(urn)) for urn, operation in found.items()]
    return tuple(
        f"{layer}: {'deletes' if operation == DELETED else 'replaces'} {name}: the {KEEPING[kind]}"
        for operation, kind, name in lost
        if kind in KEEPING
    )


def _kind_and_name(urn: str) -> tuple[str, str]:
    """Of urn:pulumi:<stack>::<project>::<type of the parent>$<type>::<name>."""
    _, _, types, name = urn.split("::", 3)
    return types.rpartition("$")[2], name
