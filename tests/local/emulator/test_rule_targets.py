"""Gap: a rule reaches a target only by the target's permission; else its event is a dead letter."""

import json
import uuid
from typing import Any

from tests.local.emulator.cloud import Cloud, eventually
from tests.local.emulator.metrics import total

EVENTS = "events.amazonaws.com"
LISTENS = (
    "def handler(event, context):\n    print('CALL', event['detail']['n'])\n    assert event['detail']['n'] != 'bad'"
)


class Rule:
    """A rule on a bus of its own, with one target that has a dead-letter queue."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.events = cloud, cloud.client("events")
        self.name = self.bus = f"rule-{uuid.uuid4().hex[:8]}"
        self.events.create_event_bus(Name=self.bus)
        pattern = json.dumps({"source": ["test"]})
        self.arn = self.events.put_rule(Name=self.name, EventBusName=self.bus, EventPattern=pattern)["RuleArn"]
        self.dead, self.dead_arn = cloud.queue()
        self.admit(self.dead, self.dead_arn, self.arn)

    def admit(self, url: str, arn: str, source: str) -> None:
        """Let EventBridge send to the queue on behalf of the rule `source`."""
        statement = {
            "Effect": "Allow", "Principal": {"Service": EVENTS}, "Action": "sqs:SendMessage", "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": source}},
        }  # fmt: skip
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

    def target(self, arn: str, **settings: Any) -> None:
        target = {"Id": "1", "Arn": arn, "DeadLetterConfig": {"Arn": self.dead_arn}, **settings}
        self.events.put_targets(Rule=self.name, EventBusName=self.bus, Targets=[target])

    def function(self, permitted_for: str | None) -> str:
        """A function as target, with a permission for the rule of this ARN."""
        client, name = self.cloud.client("lambda"), self.cloud.function(LISTENS)
        if permitted_for:
            client.add_permission(FunctionName=name, StatementId="rule", Action="lambda:InvokeFunction",
                                  Principal=EVENTS, SourceArn=permitted_for)  # fmt: skip
        self.target(client.get_function_configuration(FunctionName=name)["FunctionArn"])
        return name

    def put(self, number: str = "1") -> None:
        detail = json.dumps({"n": number})
        entry = {"Source": "test", "DetailType": "numbered", "Detail": detail, "EventBusName": self.bus}
        self.events.put_events(Entries=[entry])

    def dead_letters(self, within_s: float = 5) -> list[dict[str, Any]]:
        """The messages in the dead-letter queue, with their attributes."""
        found: list[dict[str, Any]] = []
        sqs = self.cloud.client("sqs")

        def arrived() -> bool:
            found.extend(sqs.receive_message(QueueUrl=self.dead, MessageAttributeNames=["All"]).get("Messages", []))
            return bool(found)

        eventually(arrived, within_s)
        return found

    def called(self, function: str, times: int = 1, within_s: float = 20) -> list[str]:
        def calls() -> list[str]:
            try:
                return [line for line in self.cloud.log(function) if line.startswith("CALL")]
            except self.cloud.client("logs").exceptions.ResourceNotFoundException:
                return []

        eventually(lambda: len(calls()) >= times, within_s)
        return calls()


def test_a_function_is_called_by_its_permission_for_the_rule(cloud: Cloud) -> None:
    rule = Rule(cloud)
    function = rule.function(rule.arn)
    rule.put()
    assert rule.called(function) == ["CALL 1"]
    assert total(cloud, "AWS/Events", "Invocations", RuleName=rule.name) == 1


def test_a_function_without_a_permission_for_the_rule_is_not_called(cloud: Cloud, plain_cloud: Cloud) -> None:
    for permitted_for in (None, "arn:aws:events:us-east-1:000000000000:rule/another"):
        rule = Rule(cloud)
        function = rule.function(permitted_for)
        rule.put()
        (message,) = rule.dead_letters()
        attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
        assert json.loads(message["Body"])["detail"] == {"n": "1"}
        assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
        assert attributes["RULE_ARN"] == rule.arn
        assert attributes["TARGET_ARN"].endswith(function)
        assert function in attributes["ERROR_MESSAGE"]
        assert rule.called(function, within_s=0.5) == []
        assert total(cloud, "AWS/Events", "InvocationsSentToDlq", RuleName=rule.name) == 1
    plain = Rule(plain_cloud)
    uninvited = plain.function(None)
    plain.put()
    assert plain.called(uninvited) == ["CALL 1"]


def test_an_event_for_a_function_that_is_gone_is_a_dead_letter(cloud: Cloud, plain_cloud: Cloud) -> None:
    def codes(of: Cloud) -> list[str]:
        rule = Rule(of)
        of.client("lambda").delete_function(FunctionName=rule.function(rule.arn))
        rule.put()
        return [each["MessageAttributes"]["ERROR_CODE"]["StringValue"] for each in rule.dead_letters(within_s=2)]

    assert codes(cloud) == ["NO_RESOURCE"]
    assert codes(plain_cloud) == []


def test_a_function_is_called_asynchronously_with_retries(cloud: Cloud, plain_cloud: Cloud) -> None:
    def calls(of: Cloud) -> int:
        rule = Rule(of)
        function = rule.function(rule.arn)
        rule.put("bad")
        return len(rule.called(function, times=3, within_s=5))

    assert calls(cloud) == 3
    assert calls(plain_cloud) == 1


def test_a_queue_gets_events_only_of_the_rule_that_its_policy_admits(cloud: Cloud, plain_cloud: Cloud) -> None:
    def delivered(of: Cloud, source: str | None) -> tuple[int, int]:
        rule, (url, arn) = Rule(of), of.queue()
        rule.admit(url, arn, source or rule.arn)
        rule.target(arn)
        rule.put()
        return len(of.messages(url, within_s=1)), len(rule.dead_letters(within_s=1))

    another = "arn:aws:events:us-east-1:000000000000:rule/another"
    assert delivered(cloud, None) == (1, 0)
    assert delivered(cloud, another) == (0, 1)
    assert delivered(plain_cloud, another) == (1, 0)


def test_a_dead_letter_queue_that_does_not_admit_the_rule_gets_nothing(cloud: Cloud) -> None:
    rule = Rule(cloud)
    rule.admit(rule.dead, rule.dead_arn, "arn:aws:events:us-east-1:000000000000:rule/another")
    rule.function(None)
    rule.put()
    assert rule.dead_letters(within_s=1) == []
    assert total(cloud, "AWS/Events", "InvocationsFailedToBeSentToDlq", RuleName=rule.name) == 1


def test_a_dead_letter_queue_under_an_aws_managed_key_gets_nothing(cloud: Cloud) -> None:
    rule = Rule(cloud)
    managed = {"KmsMasterKeyId": "alias/aws/sqs"}
    cloud.client("sqs").set_queue_attributes(QueueUrl=rule.dead, Attributes=managed)
    rule.function(None)
    rule.put()
    assert rule.dead_letters(within_s=1) == []
