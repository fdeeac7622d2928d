"""Gap: log events reach a function by its permission alone, and are retried."""

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.emulator.cloud import Cloud, eventually

READS = """
import base64, gzip, json
def handler(event, context):
    data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    print("GOT " + json.dumps(data))
    assert "bad" not in str(data["logEvents"])
"""


class Subscribed:
    """A log group, and a function that may be called for it."""

    def __init__(self, cloud: Cloud, *, permitted: bool = True) -> None:
        self.cloud, self.logs = cloud, cloud.client("logs")
        self.group = f"group-{uuid.uuid4().hex[:8]}"
        self.logs.create_log_group(logGroupName=self.group)
        self.logs.create_log_stream(logGroupName=self.group, logStreamName="stream")
        self.function = cloud.function(READS)
        if permitted:
            self.admit()

    def admit(self) -> None:
        self.cloud.client("lambda").add_permission(
            FunctionName=self.function, StatementId="logs", Action="lambda:InvokeFunction",
            Principal="logs.amazonaws.com", SourceAccount="000000000000",
            SourceArn=f"arn:aws:logs:us-east-1:000000000000:log-group:{self.group}:*",
        )  # fmt: skip

    def subscribe(self, name: str = "errors", pattern: str = "ERROR") -> None:
        arn = self.cloud.client("lambda").get_function_configuration(FunctionName=self.function)["FunctionArn"]
        self.logs.put_subscription_filter(
            logGroupName=self.group, filterName=name, filterPattern=pattern, destinationArn=arn
        )

    def write(self, *messages: str) -> None:
        events = [{"timestamp": 1795255200000 + number, "message": text} for number, text in enumerate(messages)]
        self.logs.put_log_events(logGroupName=self.group, logStreamName="stream", logEvents=events)

    def got(self, at_least: int = 1, within_s: float = 20) -> list[str]:
        def lines() -> list[str]:
            return [line for line in self.cloud.log(self.function) if line.startswith("GOT ")]

        eventually(lambda: len(lines()) >= at_least, within_s)
        return lines()


def refused(subscribed: Subscribed, **settings: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        subscribed.subscribe(**settings)
    return refusal.value.response["Error"]["Code"]


def test_matching_events_arrive_packed(cloud: Cloud) -> None:
    subscribed = Subscribed(cloud)
    subscribed.subscribe()
    subscribed.write("INFO all is well", "ERROR one", "ERROR two")
    (line,) = subscribed.got()
    assert ("one" in line, "two" in line, "well" in line) == (True, True, False)
    assert f'"logGroup": "{subscribed.group}"' in line


def test_a_filter_needs_the_functions_permission(cloud: Cloud, plain_cloud: Cloud) -> None:
    assert refused(Subscribed(cloud, permitted=False)) == "InvalidParameterException"
    Subscribed(plain_cloud, permitted=False).subscribe()


def test_a_permission_that_was_taken_back_ends_the_deliveries(cloud: Cloud) -> None:
    subscribed = Subscribed(cloud)
    subscribed.subscribe()
    cloud.client("lambda").remove_permission(FunctionName=subscribed.function, StatementId="logs")
    subscribed.write("ERROR one")
    assert subscribed.got(within_s=1) == []


def test_a_failed_delivery_is_tried_again(cloud: Cloud, plain_cloud: Cloud) -> None:
    for where, times in ((cloud, 3), (plain_cloud, 1)):
        subscribed = Subscribed(where)
        subscribed.subscribe()
        subscribed.write("ERROR bad")
        assert len(subscribed.got(at_least=3, within_s=5)) == times


def test_a_group_has_two_filters_at_most(cloud: Cloud) -> None:
    subscribed = Subscribed(cloud)
    for name in ("one", "two", "one"):
        subscribed.subscribe(name)
    assert refused(subscribed, name="three") == "LimitExceededException"
