"""SNS: topics, their policies, subscriptions."""

import json
from typing import Any

from local.provider.calls import call, found_or_none, own_fields, request_of
from local.provider.schema import Change, Description, Field, ResourceType, Tagging
from local.provider.session import Session
from local.provider.values import Properties

FEEDBACK = ("Application", "Firehose", "HTTP", "Lambda", "SQS")


def _attribute(name: str, member: str, kind: type | None = str, **constraints: Any) -> Field:
    return Field(name, member=f"Attributes.{member}", kind=kind, **constraints)


def _document(name: str, member: str, **constraints: Any) -> Field:
    return Field(name, member=f"Attributes.{member}", json=True, **constraints)


def _feedback() -> tuple[Field, ...]:
    return tuple(
        field
        for kind in FEEDBACK
        for field in (
            _attribute(f"{kind.lower()}FailureFeedbackRoleArn", f"{kind}FailureFeedbackRoleArn"),
            _attribute(f"{kind.lower()}SuccessFeedbackRoleArn", f"{kind}SuccessFeedbackRoleArn"),
            _attribute(
                f"{kind.lower()}SuccessFeedbackSampleRate", f"{kind}SuccessFeedbackSampleRate", int, limits=(0, 100)
            ),
        )
    )


def _update_topic(change: Change) -> None:
    for name, value in _changed(TOPIC, change).items():
        call(
            change.session, "sns", "set_topic_attributes", TopicArn=change.id, AttributeName=name, AttributeValue=value
        )


def _update_subscription(change: Change) -> None:
    attributes = _changed(SUBSCRIPTION, change)
    # A body scope takes every policy, so it is set first; the attribute scope takes flat ones only, so it is set last.
    last = attributes.get("FilterPolicyScope") != "MessageBody"
    for name in sorted(attributes, key=lambda entry: (entry == "FilterPolicyScope") == last):
        value = attributes[name] or ("{}" if name == "FilterPolicy" else "")
        call(
            change.session,
            "sns",
            "set_subscription_attributes",
            SubscriptionArn=change.id,
            AttributeName=name,
            AttributeValue=value,
        )


def _changed(row: ResourceType, change: Change) -> dict[str, str]:
    fields = [field for field in own_fields(row) if field.member and change.changed(field.name)]
    fields = [field for field in fields if str(field.member).startswith("Attributes.")]
    stated = request_of(change.session, row, change.new, fields).get("Attributes", {})
    return {**{str(field.member).partition(".")[2]: "" for field in fields}, **stated}


def _read_topic(session: Session, state: Properties) -> Description | None:
    response = found_or_none(session, "sns", "get_topic_attributes", TopicArn=state["id"])
    return {**response, "Name": state["id"].rpartition(":")[2]} if response else None


def _read_subscription(session: Session, state: Properties) -> Description | None:
    response = found_or_none(session, "sns", "get_subscription_attributes", SubscriptionArn=state["id"])
    if response is None:
        return None
    attributes = response["Attributes"]
    names = {name: attributes.get(name) for name in ("TopicArn", "Protocol", "Endpoint")}
    return {**names, "Attributes": attributes}


def _put_policy(session: Session, arn: str, document: str) -> None:
    call(session, "sns", "set_topic_attributes", TopicArn=arn, AttributeName="Policy", AttributeValue=document)


def _create_policy(session: Session, inputs: Properties) -> Description:
    _put_policy(session, inputs["arn"], inputs["policy"])
    return {}


def _update_policy(change: Change) -> None:
    _put_policy(change.session, change.new["arn"], change.new["policy"])


def _read_policy(session: Session, state: Properties) -> Description | None:
    response = found_or_none(session, "sns", "get_topic_attributes", TopicArn=state["id"])
    document = (response or {}).get("Attributes", {}).get("Policy")
    if not document or json.loads(document).get("Id") == "__default_policy_ID":
        return None
    return {"TopicArn": state["id"], "AttributeValue": document}


def _delete_policy(session: Session, state: Properties) -> None:
    # A topic always has a policy: the default one lets the owner do everything.
    arn = state["id"]
    actions = ["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"]
    actions += ["Subscribe", "ListSubscriptionsByTopic", "Publish"]
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in actions],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": session.account}},
    }
    default = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    if found_or_none(session, "sns", "get_topic_attributes", TopicArn=arn) is not None:
        _put_policy(session, arn, json.dumps(default))


TOPIC = ResourceType(
    pulumi_type="aws:sns/topic:Topic",
    service="sns",
    fields=(
        Field("name", required=True, force_new=True, pattern=r"[0-9A-Za-z_-]{1,256}|[0-9A-Za-z_-]{1,251}\.fifo"),
        _attribute("displayName", "DisplayName"),
        _attribute("kmsMasterKeyId", "KmsMasterKeyId"),
        _attribute("fifoTopic", "FifoTopic", bool, force_new=True, unset=False),
        _attribute("contentBasedDeduplication", "ContentBasedDeduplication", bool, unset=False),
        _attribute("signatureVersion", "SignatureVersion", int, limits=(1, 2), computed=True),
        _attribute("tracingConfig", "TracingConfig", choices=("PassThrough", "Active"), computed=True),
        _document("policy", "Policy", computed=True),
        _document("deliveryPolicy", "DeliveryPolicy", ordered=True),
        *_feedback(),
    ),
    create="create_topic",
    id="$.TopicArn",
    identity=("name",),
    key={"TopicArn": "{id}"},
    read=_read_topic,
    update=_update_topic,
    delete="delete_topic",
    templates={"arn": "arn:{partition}:sns:{region}:{account}:{name}"},
    outputs={"owner": "Attributes.Owner"},
    tagging=Tagging(
        on_create="Tags",
        tag="tag_resource",
        untag="untag_resource",
        arn=("ResourceArn", "{id}"),
        listed="list_tags_for_resource",
    ),
)

SUBSCRIPTION = ResourceType(
    pulumi_type="aws:sns/topicSubscription:TopicSubscription",
    service="sns",
    fields=(
        Field("topic", member="TopicArn", required=True, force_new=True),
        Field(
            "protocol",
            required=True,
            force_new=True,
            choices=("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"),
        ),
        Field("endpoint", required=True, force_new=True),
        _attribute("rawMessageDelivery", "RawMessageDelivery", bool, default=False),
        _document("filterPolicy", "FilterPolicy"),
        _attribute(
            "filterPolicyScope", "FilterPolicyScope", choices=("MessageAttributes", "MessageBody"), computed=True
        ),
        _document("redrivePolicy", "RedrivePolicy"),
        _document("deliveryPolicy", "DeliveryPolicy", ordered=True),
        _attribute("subscriptionRoleArn", "SubscriptionRoleArn"),
        Field("confirmationTimeoutInMinutes", kind=int, default=1, write_only=True),
        Field("endpointAutoConfirms", kind=bool, default=False, write_only=True),
    ),
    create="subscribe",
    id="$.SubscriptionArn",
    key={"SubscriptionArn": "{id}"},
    read=_read_subscription,
    update=_update_subscription,
    delete="unsubscribe",
    outputs={
        "arn": "Attributes.SubscriptionArn",
        "ownerId": "Attributes.Owner",
        "pendingConfirmation": "Attributes.PendingConfirmation == 'true'",
        "confirmationWasAuthenticated": "Attributes.ConfirmationWasAuthenticated == 'true'",
    },
)

POLICY = ResourceType(
    pulumi_type="aws:sns/topicPolicy:TopicPolicy",
    service="sns",
    shape="set_topic_attributes",
    fields=(
        Field("arn", member="TopicArn", required=True, force_new=True),
        Field("policy", member="AttributeValue", json=True, required=True),
    ),
    create=_create_policy,
    id="{arn}",
    identity=("arn",),
    key={},
    read=_read_policy,
    update=_update_policy,
    delete=_delete_policy,
    templates={"owner": "{account}"},
)

ROWS = (TOPIC, SUBSCRIPTION, POLICY)
