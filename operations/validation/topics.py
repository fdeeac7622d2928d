"""Topics: encrypted, over TLS alone, and no subscription that loses what it can't deliver."""

from collections.abc import Iterator

from operations.validation.deployed import Deployed
from operations.validation.documents import allows_service, refuses_without_tls
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, holds
from shared.model import Topic

# Messages to people; there is no dead-letter queue for what a mailbox refuses.
TO_PEOPLE = ("email", "email-json", "sms")


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every topic."""
    topics = elements(deployed, lambda system: system.topics, lambda _, topic: deployed.naming.name(topic))
    return examine_each(topics, (_protection, _publishers, _subscriptions))


@shows("ALL-6")
def _protection(topic: Examined[Topic]) -> Iterator[Fact]:
    arn = topic.deployed.naming.arn(topic.element)
    found = topic.ask("sns", "get_topic_attributes", TopicArn=arn)["Attributes"]
    key = found.get("KmsMasterKeyId")
    own = topic.element.key
    wanted = topic.deployed.naming.key_alias(own) if own else "alias/aws/sns"
    yield holds("encryption", key == wanted, key, wanted)
    well = refuses_without_tls(found.get("Policy", "{}"), ["sns:Publish"], arn)
    yield holds("TLS only", well, well, "a deny of sns:Publish to everybody without TLS")


@shows("ALL-6", "ALL-11")
def _publishers(topic: Examined[Topic]) -> Iterator[Fact]:
    arn = topic.deployed.naming.arn(topic.element)
    policy = topic.ask("sns", "get_topic_attributes", TopicArn=arn)["Attributes"].get("Policy", "{}")
    for service in topic.element.published_by:
        well = allows_service(policy, service, "sns:Publish")
        yield holds(f"{service} publishes", well, well, "allowed for one source")


@shows("ALL-6")
def _subscriptions(topic: Examined[Topic]) -> Iterator[Fact]:
    arn = topic.deployed.naming.arn(topic.element)
    found = topic.deployed.ask_all("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn)
    addresses = {one["Endpoint"] for one in found if one["Protocol"] == "email"}
    wanted = set(topic.deployed.settings.emails.get(topic.element.name, ()))
    # Addresses are personal: their number says enough.
    yield holds("e-mail subscriptions", wanted <= addresses, len(addresses), f"{len(wanted)} of the settings")
    for subscription in found:
        if subscription["Protocol"] not in TO_PEOPLE:
            asked = {"SubscriptionArn": subscription["SubscriptionArn"]}
            policy = topic.ask("sns", "get_subscription_attributes", **asked)["Attributes"].get("RedrivePolicy")
            yield holds("subscription's DLQ", policy is not None, policy, "a redrive policy")
