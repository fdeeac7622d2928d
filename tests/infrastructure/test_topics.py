"""Topics, their policies and their subscriptions."""

import pytest

from shared.model import System, Topic
from tests.infrastructure.documents import Statement, statements
from tests.infrastructure.engine import SYSTEMS, Environment, Registered, deployed, describe, run_layer, subscribe

ADDRESSES = ("ada.lovelace@example.com", "grace.hopper@example.com")


def topics(environment: Environment) -> list[Registered]:
    return environment.of("sns/topic:Topic")


def policy_of(environment: Environment, topic: Registered) -> list[Statement]:
    (policy,) = (
        one for one in environment.of("sns/topicPolicy:TopicPolicy") if one.inputs["arn"] == topic.outputs["arn"]
    )
    return statements(policy)


def messaging(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[Registered]:
    """Production's messaging layer, with these addresses subscribed to the operators' alarms."""
    subscribe(monkeypatch, {"operators-alarms": addresses})
    security = deployed("prod").layers["security"].outputs
    return list(run_layer("messaging", "prod", {"security": security}).resources)


def test_every_topic_of_the_descriptions_is_made(environment: Environment) -> None:
    described = [f"{topic.name}-{environment.suffix}" for system in SYSTEMS for topic in system.topics]
    assert sorted(topic.inputs["name"] for topic in topics(environment)) == sorted(described)


@pytest.mark.requirement("ALL-6")
def test_every_topic_is_encrypted_under_a_key_that_whoever_publishes_to_it_may_use(environment: Environment) -> None:
    users = {f"alias/{key.name}-{environment.suffix}": key.used_by for system in SYSTEMS for key in system.keys}
    aliases = {one.inputs["name"] for one in environment.of("kms/alias:Alias")}
    for topic in (topic for system in SYSTEMS for topic in system.topics):
        made = environment.the("sns/topic:Topic", f"{topic.name}-{environment.suffix}").inputs
        if topic.published_by:
            # No service can use the AWS-managed key.
            assert made["kmsMasterKeyId"] in aliases
            assert set(topic.published_by) <= set(users[made["kmsMasterKeyId"]])
        else:
            assert made["kmsMasterKeyId"] in {*aliases, "alias/aws/sns"}


@pytest.mark.requirement("ALL-6")
def test_a_topic_without_a_key_of_its_own_is_encrypted_under_the_aws_managed_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    describe(monkeypatch, System("letters", functions=(), other_topics=(Topic("letters"),)))
    made = messaging(monkeypatch)
    (letters,) = (one for one in made if one.inputs.get("name") == "letters-prod")
    assert letters.inputs["kmsMasterKeyId"] == "alias/aws/sns"


@pytest.mark.requirement("ALL-6")
def test_every_topic_refuses_what_does_not_come_over_tls(environment: Environment) -> None:
    assert topics(environment)
    for topic in topics(environment):
        assert {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sns:Publish", "sns:Subscribe"],
            "Resource": [topic.outputs["arn"]],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        } in policy_of(environment, topic)


@pytest.mark.requirement("ALL-3", "ALL-6")
def test_a_topic_lets_its_services_publish_for_this_account_and_nobody_else(environment: Environment) -> None:
    for described in (topic for system in SYSTEMS for topic in system.topics):
        topic = environment.the("sns/topic:Topic", f"{described.name}-{environment.suffix}")
        allows = [one for one in policy_of(environment, topic) if one["Effect"] == "Allow"]
        assert [one["Principal"] for one in allows] == [{"Service": service} for service in described.published_by]
        for statement in allows:
            assert (statement["Action"], statement["Resource"]) == (["sns:Publish"], [topic.outputs["arn"]])
            assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": environment.account_id}}


@pytest.mark.requirement("ALL-11")
def test_every_address_of_the_settings_is_subscribed_to_its_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    made = messaging(monkeypatch, *ADDRESSES)
    (topic,) = (
        one.outputs["arn"]
        for one in made
        if one.type == "aws:sns/topic:Topic" and one.inputs["name"].startswith("operators-alarms-")
    )
    subscriptions = [one.inputs for one in made if one.type == "aws:sns/topicSubscription:TopicSubscription"]
    assert sorted(one["endpoint"] for one in subscriptions) == sorted(ADDRESSES)
    assert {(one["protocol"], one["topic"]) for one in subscriptions} == {("email", topic)}


def test_no_name_of_a_resource_tells_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    made = messaging(monkeypatch, *ADDRESSES)
    urns = " ".join(one.urn for one in made).lower()
    assert not [word for word in ("@", "ada", "lovelace", "grace", "hopper", "example") if word in urns]
    assert len({one.urn for one in made}) == len(made)


def test_another_address_leaves_the_subscriptions_of_the_others_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def urns(*addresses: str) -> set[str]:
        made = messaging(monkeypatch, *addresses)
        return {one.urn for one in made if one.type == "aws:sns/topicSubscription:TopicSubscription"}

    assert urns(ADDRESSES[1]) < urns(*ADDRESSES)


def test_nobody_is_subscribed_where_the_settings_name_no_one(environment: Environment) -> None:
    assert environment.of("sns/topicSubscription:TopicSubscription") == []
