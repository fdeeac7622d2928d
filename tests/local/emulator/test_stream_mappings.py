"""Gap: mappings of DynamoDB streams keep to their settings."""

import json
import os
import signal
import time
from pathlib import Path

from local.emulator import Endpoint, start, stop
from local.emulator.state_folder import StateFolder
from tests.local.emulator.cloud import Cloud, eventually
from tests.local.emulator.metrics import total
from tests.local.emulator.streams import StreamedTable

FAIL_ON_BAD = "assert 'bad' not in ids"
REPORT_BAD = "return {'batchItemFailures': [{'itemIdentifier': n} for i, n in records if i == 'bad']}"


def test_records_arrive_once_and_in_order(cloud: Cloud) -> None:
    table = StreamedTable(cloud, "return None")
    table.put("a", "b")
    table.called(1)
    table.put("c")
    assert [each for call in table.called(2) for each in call] == ["a", "b", "c"]


def test_retries_are_bounded_and_the_batch_goes_to_the_destination(cloud: Cloud, plain_cloud: Cloud) -> None:
    table = StreamedTable(cloud, FAIL_ON_BAD, MaximumRetryAttempts=2)
    table.put("bad", "good")
    (record,) = cloud.messages(table.queue)
    assert table.calls() == [["bad", "good"]] * 3
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestContext"]["functionArn"].endswith(table.function)
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    batch = record["DDBStreamBatchInfo"]
    assert batch["batchSize"] == 2
    assert batch["startSequenceNumber"] < batch["endSequenceNumber"]
    assert table.name in batch["streamArn"]
    plain = StreamedTable(plain_cloud, FAIL_ON_BAD, MaximumRetryAttempts=0)
    plain.put("bad")
    assert plain_cloud.messages(plain.queue, within_s=4) == []


def test_a_batch_that_could_not_be_told_of_is_counted(cloud: Cloud) -> None:
    table = StreamedTable(cloud, FAIL_ON_BAD, may_send=False, MaximumRetryAttempts=0)
    table.put("bad")
    failures = ("AWS/Lambda", "DestinationDeliveryFailures")
    assert eventually(lambda: total(cloud, *failures, FunctionName=table.function) == 1)
    assert cloud.messages(table.queue, within_s=0.5) == []


def test_the_stream_goes_on_after_a_discarded_batch(cloud: Cloud) -> None:
    table = StreamedTable(cloud, FAIL_ON_BAD, MaximumRetryAttempts=0)
    table.put("bad")
    assert cloud.messages(table.queue)
    table.put("next")
    assert eventually(lambda: table.calls()[-1] == ["next"])


def test_bisection_isolates_the_bad_record_and_takes_no_retry(cloud: Cloud) -> None:
    table = StreamedTable(cloud, FAIL_ON_BAD, MaximumRetryAttempts=1, BisectBatchOnFunctionError=True)
    table.put("a", "b", "bad", "c")
    (record,) = cloud.messages(table.queue)
    assert record["DDBStreamBatchInfo"]["batchSize"] == 1
    assert table.called(6) == [["a", "b", "bad", "c"], ["a", "b"], ["bad", "c"], ["bad"], ["bad"], ["c"]]


def test_a_partial_response_goes_on_at_the_lowest_failed_record(cloud: Cloud, plain_cloud: Cloud) -> None:
    settings = {"FunctionResponseTypes": ["ReportBatchItemFailures"], "MaximumRetryAttempts": 1}
    table = StreamedTable(cloud, REPORT_BAD, **settings)
    table.put("a", "bad", "c")
    (record,) = cloud.messages(table.queue)
    assert table.calls() == [["a", "bad", "c"], ["bad", "c"], ["bad", "c"]]
    assert record["DDBStreamBatchInfo"]["batchSize"] == 2
    plain = StreamedTable(plain_cloud, REPORT_BAD, **settings)
    plain.put("bad")
    assert plain.called(2, within_s=4) == [["bad"]]


def test_an_unknown_identifier_fails_the_whole_batch(cloud: Cloud) -> None:
    unknown = "return {'batchItemFailures': [{'itemIdentifier': 'no such'}]}"
    table = StreamedTable(cloud, unknown, FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=1)
    table.put("a", "b")
    assert cloud.messages(table.queue)[0]["DDBStreamBatchInfo"]["batchSize"] == 2
    assert table.calls() == [["a", "b"]] * 2


def test_an_empty_list_of_failures_is_a_success(cloud: Cloud) -> None:
    empty = "return {'batchItemFailures': []}"
    table = StreamedTable(cloud, empty, FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=0)
    table.put("a")
    assert table.called(1) == [["a"]]
    assert cloud.messages(table.queue, within_s=1) == []


def test_old_records_are_discarded(cloud: Cloud) -> None:
    table = StreamedTable(cloud, FAIL_ON_BAD, MaximumRecordAgeInSeconds=60)
    cloud.client("lambda").update_event_source_mapping(UUID=table.mapping, MaximumRecordAgeInSeconds=1)
    table.put("bad")
    (record,) = cloud.messages(table.queue)
    assert record["requestContext"]["condition"] == "RecordAgeExceeded"


def test_the_window_gathers_records(cloud: Cloud, plain_cloud: Cloud) -> None:
    def calls(of: Cloud) -> list[list[str]]:
        table = StreamedTable(of, "return None", MaximumBatchingWindowInSeconds=2)
        table.put("a")
        time.sleep(0.7)
        table.put("b")
        return table.called(2, within_s=5)

    assert calls(cloud) == [["a", "b"]]
    assert calls(plain_cloud) == [["a"], ["b"]]


def test_a_role_without_the_right_to_read_gets_nothing(cloud: Cloud, plain_cloud: Cloud) -> None:
    table = StreamedTable(cloud, "return None", readable=False)
    table.put("a")
    assert table.called(1, within_s=3) == []
    mapping = cloud.client("lambda").get_event_source_mapping(UUID=table.mapping)
    assert "dynamodb:GetRecords" in mapping["LastProcessingResult"]
    plain = StreamedTable(plain_cloud, "return None", readable=False)
    plain.put("a")
    assert plain.called(1) == [["a"]]


def test_a_slow_batch_does_not_hold_up_other_mappings(cloud: Cloud) -> None:
    slow = StreamedTable(cloud, "import time; time.sleep(6)")
    slow.put("a")
    quick = StreamedTable(cloud, "return None")
    quick.put("b")
    assert quick.called(1, within_s=4) == [["b"]]


def test_unread_records_survive_a_kill_and_new_ones_are_read(state: Path, endpoint: Endpoint) -> None:
    table = StreamedTable(Cloud(endpoint), FAIL_ON_BAD)
    table.put("a")
    table.called(1)
    table.put("bad", "c")
    table.called(2)
    os.kill(endpoint.pid, signal.SIGKILL)
    start(state)
    table.dynamodb.put_item(TableName=table.name, Item={"id": {"S": "d"}})
    assert eventually(lambda: ["bad", "c", "d"] in table.calls() or ["bad", "c"] in table.calls()[-2:])


def test_a_position_that_was_saved_after_the_stream_skips_nothing(state: Path, endpoint: Endpoint) -> None:
    table = StreamedTable(Cloud(endpoint), "return None")
    table.put("a", "b")
    table.called(1)
    stop(state)
    saved = StateFolder(state).saved / "dynamodb.json"
    document = json.loads(saved.read_text())
    document["payload"]["unread_stream_records"] = []
    saved.write_text(json.dumps(document))
    start(state)
    table.put("c")
    assert table.called(2) == [["a", "b"], ["c"]]


def test_a_stop_and_start_neither_repeats_nor_skips_records(state: Path, endpoint: Endpoint) -> None:
    table = StreamedTable(Cloud(endpoint), "return None")
    table.put("a", "b")
    table.called(1)
    assert eventually(lambda: "OK" in str(table.cloud.client("lambda").get_event_source_mapping(UUID=table.mapping)))
    stop(state)
    start(state)
    table.put("c")
    assert table.called(2) == [["a", "b"], ["c"]]
