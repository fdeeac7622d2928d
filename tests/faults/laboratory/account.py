"""An account in memory with all that a system's description names, made by moto."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from services.common.ciphertext import ciphertext_context
from shared.contract import noun
from shared.environment_variables import ADDRESSES, known_variables, reached
from shared.model import (
    Bucket,
    Ciphertext,
    DeadLetterQueue,
    EventBus,
    Function,
    OnEvent,
    Queue,
    SecretParameter,
    System,
    Table,
    Topic,
)
from shared.naming import Naming

ENVIRONMENT = "faults"
NAMING = Naming(ENVIRONMENT, "us-east-1", "123456789012")


@dataclass
class Account:
    """The system's elements; secrets are told by the names that the description gives them."""

    system: System
    secrets: Mapping[str, str]
    _blobs: dict[str, str] = field(default_factory=dict, init=False)

    @cached_property
    def dynamodb(self) -> Any:
        return boto3.client("dynamodb")

    @cached_property
    def streams(self) -> Any:
        # moto knows no endpoints that bear the account's id.
        return boto3.client("dynamodbstreams", config=Config(account_id_endpoint_mode="disabled"))

    @cached_property
    def sqs(self) -> Any:
        return boto3.client("sqs")

    @cached_property
    def s3(self) -> Any:
        return boto3.client("s3")

    def make(self) -> None:
        """All elements, empty."""
        for table in self.system.tables:
            self._make_table(table)
        for queue in (*self.system.dead_letter_queues, *self.system.queues):
            self._make_queue(queue)
        for topic in self.system.topics:
            self._make_topic(topic)
        for bucket in self.system.buckets:
            self._make_bucket(bucket)
        for bus in self.system.buses:
            boto3.client("events").create_event_bus(Name=NAMING.name(bus))
        for rule in self.system.event_rules:
            self._make_rule(rule)
        for secret in self.system.secrets:
            name, value = NAMING.parameter_name(self.system, secret), self.secrets[secret.name]
            boto3.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
        if self.system.ciphertexts:
            self._encrypt()

    def variables(self, function: Function) -> dict[str, str]:
        """The function's environment, by the rule of the compute layer."""
        variables = {
            "AWS_REGION": NAMING.region,
            "AWS_DEFAULT_REGION": NAMING.region,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            **known_variables(NAMING, ENVIRONMENT, "INFO", self.system, function),
            "POWERTOOLS_TRACE_DISABLED": "true",
        }
        for element in filter(None, (reached(use.target) for use in function.uses)):
            ending = ADDRESSES[type(element)].ending
            variables[f"{noun(element)}{ending}".upper()] = self._address(element)
        return variables

    def items(self, table: Table) -> list[dict[str, Any]]:
        """Every item, its values as plain text by name."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=NAMING.name(table), ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def url(self, queue: Queue | DeadLetterQueue | str) -> str:
        name = queue if isinstance(queue, str) else NAMING.name(queue)
        return f"https://sqs.{NAMING.region}.amazonaws.com/{NAMING.account_id}/{name}"

    def drained(self, queue: Queue | DeadLetterQueue | str) -> list[dict[str, Any]]:
        """Takes all messages that are visible out of a queue."""
        url, found = self.url(queue), list[dict[str, Any]]()
        while messages := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
        ).get("Messages"):
            found += messages
            handles = [{"Id": str(place), "ReceiptHandle": m["ReceiptHandle"]} for place, m in enumerate(messages)]
            self.sqs.delete_message_batch(QueueUrl=url, Entries=handles)
        return found

    def depth(self, queue: Queue | DeadLetterQueue) -> int:
        """How many messages of a queue are visible."""
        name = "ApproximateNumberOfMessages"
        return int(self.sqs.get_queue_attributes(QueueUrl=self.url(queue), AttributeNames=[name])["Attributes"][name])

    def _address(self, element: object) -> str:
        match element:
            case Queue():
                return self.url(element)
            case Topic():
                return NAMING.arn(element)
            case SecretParameter():
                return NAMING.parameter_name(self.system, element)
            case Ciphertext():
                return self._blobs[element.name]
            case Table() | Bucket() | EventBus():
                return NAMING.name(element)
            case _:
                raise TypeError(f"no address is known for {element!r}")

    def _make_table(self, table: Table) -> None:
        def schema(partition: Any, sort: Any) -> list[dict[str, str]]:
            keys = [{"AttributeName": partition.name, "KeyType": "HASH"}]
            return keys + ([{"AttributeName": sort.name, "KeyType": "RANGE"}] if sort else [])

        def projection(projects: tuple[str, ...] | None) -> dict[str, Any]:
            if projects is None:
                return {"ProjectionType": "ALL"}
            if not projects:
                return {"ProjectionType": "KEYS_ONLY"}
            return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(projects)}

        more: dict[str, Any] = {}
        if table.indexes:
            more["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": index.name,
                    "KeySchema": schema(index.partition_key, index.sort_key),
                    "Projection": projection(index.projects),
                }
                for index in table.indexes
            ]
        if table.stream:
            more["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": table.stream.value}
        self.dynamodb.create_table(
            TableName=NAMING.name(table),
            KeySchema=schema(table.partition_key, table.sort_key),
            AttributeDefinitions=[
                {"AttributeName": key.name, "AttributeType": key.type.value} for key in table.key_attributes()
            ],
            BillingMode="PAY_PER_REQUEST",
            **more,
        )

    def _make_queue(self, queue: Queue | DeadLetterQueue) -> None:
        attributes = {"MessageRetentionPeriod": str(queue.retention)}
        if isinstance(queue, Queue):
            redrive = {"deadLetterTargetArn": NAMING.arn(queue.dead_letter_queue), "maxReceiveCount": 3}
            attributes |= {"VisibilityTimeout": str(queue.visibility_timeout), "RedrivePolicy": json.dumps(redrive)}
        self.sqs.create_queue(QueueName=NAMING.name(queue), Attributes=attributes)

    def _make_topic(self, topic: Topic) -> None:
        """With a subscriber, so that what is published can be seen."""
        sns = boto3.client("sns")
        arn = sns.create_topic(Name=NAMING.name(topic))["TopicArn"]
        self.sqs.create_queue(QueueName=topic.name)
        sns.subscribe(
            TopicArn=arn,
            Protocol="sqs",
            Endpoint=NAMING.arn(topic).replace(":sns:", ":sqs:").replace(NAMING.name(topic), topic.name),
            Attributes={"RawMessageDelivery": "true"},
        )

    def _make_bucket(self, bucket: Bucket) -> None:
        """With a queue of its notifications, which the laboratory delivers."""
        name = NAMING.name(bucket)
        self.s3.create_bucket(Bucket=name)
        self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        self.sqs.create_queue(QueueName=f"{bucket.name}-created")
        arn = f"arn:aws:sqs:{NAMING.region}:{NAMING.account_id}:{bucket.name}-created"
        created = [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        self.s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"QueueConfigurations": created}
        )
        self.drained(f"{bucket.name}-created")

    def _make_rule(self, rule: OnEvent) -> None:
        events, bus = boto3.client("events"), NAMING.name(rule.bus)
        self.sqs.create_queue(QueueName=f"{rule.name}-matched")
        arn = f"arn:aws:sqs:{NAMING.region}:{NAMING.account_id}:{rule.name}-matched"
        events.put_rule(Name=NAMING.name(rule), EventBusName=bus, EventPattern=json.dumps(rule.pattern))
        events.put_targets(Rule=NAMING.name(rule), EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])

    def _encrypt(self) -> None:
        kms = boto3.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        for ciphertext in self.system.ciphertexts:
            blob = kms.encrypt(
                KeyId=key,
                Plaintext=self.secrets[ciphertext.name].encode(),
                EncryptionContext=ciphertext_context(ENVIRONMENT, self.system.name, ciphertext.name),
            )["CiphertextBlob"]
            self._blobs[ciphertext.name] = base64.b64encode(blob).decode()
