"""SQS: queues, and their policies as resources of their own."""

from typing import Any

from local.provider.calls import call, found_or_none, own_fields, request_of
from local.provider.schema import Change, Description, Field, ResourceType, Tagging
from local.provider.session import Session
from local.provider.values import Properties

ABSENT_DEFAULT = {"KmsMasterKeyId": "", "Policy": "", "RedrivePolicy": "", "RedriveAllowPolicy": ""}


def _attribute(name: str, member: str, kind: type, **constraints: Any) -> Field:
    return Field(name, member=f"Attributes.{member}", kind=kind, **constraints)


def _document(name: str, member: str) -> Field:
    return Field(name, member=f"Attributes.{member}", json=True, computed=True)


def _read(session: Session, state: Properties) -> Description | None:
    response = found_or_none(session, "sqs", "get_queue_attributes", QueueUrl=state["id"], AttributeNames=["All"])
    if response is None:
        return None
    return {**response, "QueueName": state["id"].rpartition("/")[2], "QueueUrl": state["id"]}


def _update(change: Change) -> None:
    changed = [field for field in own_fields(QUEUE) if change.changed(field.name)]
    request = request_of(change.session, QUEUE, change.new, changed)
    gone = {
        str(field.member).removeprefix("Attributes."): ""
        for field in changed
        if change.new.get(field.name) is None and str(field.member).removeprefix("Attributes.") in ABSENT_DEFAULT
    }
    attributes = {**gone, **request.get("Attributes", {})}
    if attributes:
        call(change.session, "sqs", "set_queue_attributes", QueueUrl=change.id, Attributes=attributes)


def _check(inputs: Properties) -> list[tuple[str, str]]:
    if inputs.get("sqsManagedSseEnabled") and inputs.get("kmsMasterKeyId"):
        return [("sqsManagedSseEnabled", "'sqsManagedSseEnabled' and 'kmsMasterKeyId' exclude each other")]
    fifo, name = inputs.get("fifoQueue"), str(inputs["name"])
    if bool(fifo) != name.endswith(".fifo"):
        return [("name", f"'{name}' must end in .fifo exactly when 'fifoQueue' is true")]
    return []


QUEUE = ResourceType(
    pulumi_type="aws:sqs/queue:Queue",
    service="sqs",
    fields=(
        Field(
            "name",
            member="QueueName",
            required=True,
            force_new=True,
            pattern=r"[0-9A-Za-z_-]{1,80}|[0-9A-Za-z_-]{1,75}\.fifo",
        ),
        _attribute("delaySeconds", "DelaySeconds", int, limits=(0, 900), default=0),
        _attribute("maxMessageSize", "MaximumMessageSize", int, limits=(1024, 1048576), default=262144),
        _attribute("messageRetentionSeconds", "MessageRetentionPeriod", int, limits=(60, 1209600), default=345600),
        _attribute("receiveWaitTimeSeconds", "ReceiveMessageWaitTimeSeconds", int, limits=(0, 20), default=0),
        _attribute("visibilityTimeoutSeconds", "VisibilityTimeout", int, limits=(0, 43200), default=30),
        _attribute("fifoQueue", "FifoQueue", bool, force_new=True, unset=False),
        _attribute("contentBasedDeduplication", "ContentBasedDeduplication", bool, unset=False),
        _attribute("deduplicationScope", "DeduplicationScope", str, choices=("messageGroup", "queue"), computed=True),
        _attribute(
            "fifoThroughputLimit", "FifoThroughputLimit", str, choices=("perQueue", "perMessageGroupId"), computed=True
        ),
        _attribute("kmsMasterKeyId", "KmsMasterKeyId", str),
        _attribute(
            "kmsDataKeyReusePeriodSeconds", "KmsDataKeyReusePeriodSeconds", int, limits=(60, 86400), computed=True
        ),
        _attribute("sqsManagedSseEnabled", "SqsManagedSseEnabled", bool, computed=True),
        _document("policy", "Policy"),
        _document("redrivePolicy", "RedrivePolicy"),
        _document("redriveAllowPolicy", "RedriveAllowPolicy"),
    ),
    create="create_queue",
    id="$.QueueUrl",
    identity=("name",),
    key={"QueueUrl": "{id}"},
    read=_read,
    update=_update,
    delete="delete_queue",
    check=_check,
    templates={"arn": "arn:{partition}:sqs:{region}:{account}:{name}"},
    outputs={"url": "QueueUrl"},
    tagging=Tagging(
        on_create="tags",
        tag="tag_queue",
        untag="untag_queue",
        arn=("QueueUrl", "{id}"),
        listed="list_queue_tags",
    ),
)


def _document_of_queue(pulumi_type: str, name: str, attribute: str) -> ResourceType:
    def put(session: Session, url: str, document: str) -> None:
        call(session, "sqs", "set_queue_attributes", QueueUrl=url, Attributes={attribute: document})

    def create(session: Session, inputs: Properties) -> Description:
        put(session, inputs["queueUrl"], inputs[name])
        return {}

    def update(change: Change) -> None:
        put(change.session, change.new["queueUrl"], change.new[name])

    def read(session: Session, state: Properties) -> Description | None:
        url = {"QueueUrl": state["id"]}
        response = found_or_none(session, "sqs", "get_queue_attributes", **url, AttributeNames=[attribute])
        document = (response or {}).get("Attributes", {}).get(attribute)
        return {"QueueUrl": state["id"], "Attributes": {attribute: document}} if document else None

    def delete(session: Session, state: Properties) -> None:
        if read(session, state) is not None:
            put(session, state["id"], "")

    return ResourceType(
        pulumi_type=pulumi_type,
        service="sqs",
        shape="set_queue_attributes",
        fields=(
            Field("queueUrl", required=True, force_new=True),
            Field(name, member=f"Attributes.{attribute}", json=True, required=True),
        ),
        create=create,
        id="{queueUrl}",
        identity=("queueUrl",),
        key={},
        read=read,
        update=update,
        delete=delete,
    )


ROWS = (
    QUEUE,
    _document_of_queue("aws:sqs/queuePolicy:QueuePolicy", "policy", "Policy"),
    _document_of_queue("aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy", "RedrivePolicy"),
    _document_of_queue("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "redriveAllowPolicy", "RedriveAllowPolicy"),
)
