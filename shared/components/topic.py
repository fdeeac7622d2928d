"""An SNS topic."""

import hashlib

import pulumi
import pulumi_aws as aws

from shared.model import Topic as Description
from shared.naming import Naming
from shared.policy_document import Statement, policy_json, tls_only
from shared.scope import Scope

AWS_MANAGED_KEY = "alias/aws/sns"


class Topic(pulumi.ComponentResource):
    """An encrypted topic that only TLS reaches, with the e-mail subscriptions of the settings; `outputs` is its ARN."""

    outputs: dict[str, pulumi.Output[str]]

    def __init__(self, scope: Scope, topic: Description) -> None:
        super().__init__(scope.component_type("Topic"), topic.name)
        child = pulumi.ResourceOptions(parent=self)
        made = aws.sns.Topic(
            topic.name,
            name=scope.naming.name(topic),
            kms_master_key_id=scope.upstream(topic.key, "alias") if topic.key else AWS_MANAGED_KEY,
            tags=scope.tags,
            opts=child,
        )
        aws.sns.TopicPolicy(topic.name, arn=made.arn, policy=policy_json(_statements(scope.naming, topic)), opts=child)
        for address in scope.settings.emails.get(topic.name, ()):
            self._subscribe(topic, made, address)
        self.outputs = {"arn": made.arn}
        self.register_outputs(self.outputs)

    def _subscribe(self, topic: Description, made: aws.sns.Topic, address: str) -> None:
        # An address is personal, and names of resources show up in logs: its digest tells nobody whose it is.
        digest = hashlib.sha256(address.encode()).hexdigest()[:8]
        aws.sns.TopicSubscription(
            f"{topic.name}-{digest}",
            topic=made.arn,
            protocol="email",
            endpoint=address,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _statements(naming: Naming, topic: Description) -> list[Statement]:
    arn = naming.arn(topic)
    # A topic's policy takes only actions on topics by name, no sns:*.
    statements = [tls_only(arn, ("sns:Publish", "sns:Subscribe"))]
    statements += [
        Statement(
            sid=f"PublishedBy{service.partition('.')[0].capitalize()}",
            principals={"Service": service},
            actions=("sns:Publish",),
            resources=(arn,),
            conditions={"StringEquals": {"aws:SourceAccount": naming.account_id}},
        )
        for service in topic.published_by
    ]
    return statements
