"""What nobody watches is found."""

from typing import Any, cast

import pytest

from operations.validation import alarms
from operations.validation.deployed import Deployed
from operations.validation.examination import Examined
from operations.validation.finding import Verdict
from shared.operators import alarms as operators_topic
from tests.unit.operations.validation.account import FakeAccount
from tests.unit.shared.samples import intake, labels, shipper, shop


class WatchedAccount(FakeAccount):
    """Has these alarms, all of which reach the operators."""

    def __init__(self, *found: dict[str, Any]) -> None:
        super().__init__({})
        self.systems = (shop,)
        speaks = {"ActionsEnabled": True, "AlarmActions": [self.naming.arn(operators_topic)]}
        rings = {"ComparisonOperator": "GreaterThanThreshold", **speaks}
        self.answers = {"describe_alarms": {"MetricAlarms": [{**rings, **one} for one in found]}}


def examined(account: WatchedAccount, element: Any) -> Any:
    return Examined(cast(Deployed, account), shop, element, account.naming.name(element))


def on_age(threshold: int, queue: str = "labels-one") -> dict[str, Any]:
    dimensions = [{"Name": "QueueName", "Value": queue}]
    metric = {"Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage", "Dimensions": dimensions}
    return {**metric, "Threshold": threshold}


@pytest.mark.requirement("ALL-11", "RP-1")
@pytest.mark.parametrize(
    ("alarm", "verdict"),
    [
        (on_age(86_400), Verdict.MET),
        (on_age(345_600), Verdict.NOT_MET),
        (on_age(86_400, "labels-dlq-one"), Verdict.NOT_MET),
    ],
    ids=["in time", "as late as the messages are gone", "on another queue"],
)
def test_a_queues_backlog_must_ring_before_half_of_its_time_is_over(alarm: dict[str, Any], verdict: Verdict) -> None:
    (finding,) = alarms._backlog.findings(examined(WatchedAccount(alarm), labels))
    assert (finding.property, finding.verdict) == ("alarm on age", verdict)


@pytest.mark.requirement("ALL-11", "RP-1")
def test_a_function_whose_failures_are_kept_must_ring_when_one_can_not_be() -> None:
    dimensions = [{"Name": "FunctionName", "Value": "shipper-one"}]
    metric = {"Namespace": "AWS/Lambda", "MetricName": "DestinationDeliveryFailures", "Dimensions": dimensions}
    watched, unwatched = WatchedAccount({**metric, "Threshold": 0}), WatchedAccount()
    found = [list(alarms._lost_failures.findings(examined(one, shipper))) for one in (watched, unwatched)]
    assert [[finding.verdict for finding in findings] for findings in found] == [[Verdict.MET], [Verdict.NOT_MET]]
    assert list(alarms._lost_failures.findings(examined(unwatched, intake))) == []
