"""Gap: services publish metrics by themselves."""

import contextlib

import boto3

from tests.local.emulator.cloud import Cloud, eventually
from tests.local.emulator.metrics import pairs, span, total
from tests.local.emulator.rest_api import ECHO, RestApi
from tests.local.emulator.streams import StreamedTable

FAILS_ON_DEMAND = "def handler(event, context): assert event != 'fail'"


def _of_function(cloud: Cloud, function: str, name: str, statistic: str = "Sum") -> float:
    return total(cloud, "AWS/Lambda", name, statistic, FunctionName=function)


def test_a_functions_invocations_errors_and_duration_are_counted(cloud: Cloud) -> None:
    function = cloud.function(FAILS_ON_DEMAND)
    for event in ("succeed", "fail", "succeed"):
        cloud.invoke(function, event)
    assert _of_function(cloud, function, "Invocations") == 3
    assert _of_function(cloud, function, "Errors") == 1
    assert _of_function(cloud, function, "Throttles") == 0
    assert 1 <= _of_function(cloud, function, "Duration", "Maximum") < 5000


def test_figures_are_per_minute(cloud: Cloud) -> None:
    function = cloud.function(FAILS_ON_DEMAND)
    cloud.invoke(function, "succeed")
    (point,) = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda", MetricName="Invocations", Dimensions=pairs({"FunctionName": function}),
        Period=60, Statistics=["Sum"], **span(),
    )["Datapoints"]  # fmt: skip
    assert (point["Sum"], point["Timestamp"].second) == (1, 0)


def test_a_throttled_call_is_no_invocation(cloud: Cloud, plain_cloud: Cloud) -> None:
    def throttled(of: Cloud) -> tuple[float, float]:
        function, client = of.function(FAILS_ON_DEMAND), of.client("lambda")
        client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
        once = boto3.session.Config(retries={"max_attempts": 0})
        impatient = boto3.client("lambda", endpoint_url=of.endpoint.url, region_name="us-east-1", config=once,
                                 aws_access_key_id="test", aws_secret_access_key="test")  # fmt: skip
        with contextlib.suppress(impatient.exceptions.TooManyRequestsException):
            impatient.invoke(FunctionName=function)
        return _of_function(of, function, "Throttles"), _of_function(of, function, "Invocations")

    assert throttled(cloud) == (1, -1)
    assert throttled(plain_cloud) != (1, -1)


def test_a_streams_batch_tells_its_age_and_counts_as_an_invocation(cloud: Cloud, plain_cloud: Cloud) -> None:
    table = StreamedTable(cloud, "return None")
    table.put("a")
    table.called(1)
    assert eventually(lambda: _of_function(cloud, table.function, "Invocations") == 1)
    assert _of_function(cloud, table.function, "IteratorAge", "Maximum") >= 900
    plain = StreamedTable(plain_cloud, "return None")
    plain.put("a")
    plain.called(1)
    assert _of_function(plain_cloud, plain.function, "Invocations") == -1


def _of_queue(cloud: Cloud, url: str, name: str, statistic: str) -> float:
    return total(cloud, "AWS/SQS", name, statistic, QueueName=url.rpartition("/")[2])


def test_a_queues_depth_and_its_sent_messages_are_published(cloud: Cloud, plain_cloud: Cloud) -> None:
    def depth(of: Cloud) -> tuple[float, float]:
        url, _ = of.queue()
        of.client("sqs").send_message(QueueUrl=url, MessageBody="a")
        entries = [{"Id": "1", "MessageBody": "b"}, {"Id": "2", "MessageBody": "c"}]
        of.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
        visible = "ApproximateNumberOfMessagesVisible"
        eventually(lambda: _of_queue(of, url, visible, "Maximum") == 3, within_s=3)
        return _of_queue(of, url, visible, "Maximum"), _of_queue(of, url, "NumberOfMessagesSent", "Sum")

    assert depth(cloud) == (3, 3)
    assert depth(plain_cloud) == (-1, -1)


def test_a_queue_tells_how_long_its_oldest_message_waits_whether_anybody_looks_at_it_or_not(
    cloud: Cloud, plain_cloud: Cloud
) -> None:
    def age(of: Cloud) -> float:
        url, _ = of.queue()
        of.client("sqs").send_message(QueueUrl=url, MessageBody="old")
        oldest = "ApproximateAgeOfOldestMessage"
        eventually(lambda: _of_queue(of, url, oldest, "Maximum") >= 2, within_s=10)
        return _of_queue(of, url, oldest, "Maximum")

    assert 2 <= age(cloud) < 60
    assert age(plain_cloud) == -1


def test_an_emptied_queue_shows_zero(cloud: Cloud) -> None:
    url, _ = cloud.queue()
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="1")
    visible = "ApproximateNumberOfMessagesVisible"
    assert eventually(lambda: _of_queue(cloud, url, visible, "Maximum") == 1)
    cloud.messages(url)
    assert eventually(lambda: _of_queue(cloud, url, visible, "Minimum") == 0)


def test_an_apis_calls_errors_and_latency_are_counted_by_stage(cloud: Cloud, plain_cloud: Cloud) -> None:
    def figures(of: Cloud) -> list[float]:
        api = RestApi(of, of.function(ECHO))
        api.post({})
        api.post({}, path="/elsewhere")
        of.client("lambda").delete_function(FunctionName=api.function)
        api.post({})
        counts = ("Count", "4XXError", "5XXError")
        return [total(of, "AWS/ApiGateway", name, ApiName=api.name, Stage="v1") for name in counts] + [
            total(of, "AWS/ApiGateway", "Latency", "Maximum", ApiName=api.name)
        ]

    *counts, latency = figures(cloud)
    assert counts == [3, 1, 1]
    assert latency > 0
    assert figures(plain_cloud) == [-1] * 4
