"""The laboratory of faults and the embedded target deliver alike: the same code meets the same in both.

AWS documentation, Lambda developer guide: "How Lambda handles errors and retries with asynchronous invocation",
"Capturing records of Lambda asynchronous invocations", "Using Lambda with DynamoDB"; SQS developer guide: "Using
dead-letter queues in Amazon SQS".
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from unittest import mock

import pytest

from shared.model import Function, OnQueue, OnStream, Queue, StreamView, System, Table, seconds, string
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.local.emulator.cloud import Cloud, eventually
from tests.local.emulator.streams import CALLED, StreamedTable

FAILS = "def handler(event, context):\n    print('CALL ' + context.aws_request_id)\n    raise ValueError('refused')\n"
DIES_OF_BAD = "assert 'bad' not in ids"
REPORTS_BAD = "return {'batchItemFailures': [{'itemIdentifier': n} for i, n in records if i == 'bad']}"
RETRIES = 2

items = Table("probe-items", partition_key=string("id"), stream=StreamView.NEW_AND_OLD_IMAGES)
letters = Queue("probe-queue", visibility_timeout=seconds(30))
QUEUED = Function("probe-queue-function", timeout=seconds(5), triggers=(OnQueue(queue=letters),))
STREAMED = Function("probe-stream-function", timeout=seconds(5), triggers=(OnStream(table=items, retries=RETRIES),))
INVOKED = Function("probe-function", timeout=seconds(5), asynchronous=True)

Record = dict[str, Any]


class Platform(Protocol):
    """Runs code as a function, and tells of its calls and of what was given up."""

    def invoked(self, *, concurrency: int | None) -> tuple[list[str], Record]:
        """The request ids of the invocations of an event that fails, and the on-failure record."""
        ...

    def queued(self, body: str) -> tuple[int, str]:
        """How often a message that fails was received, and the dead letter."""
        ...

    def streamed(self, act: str, ids: Sequence[str], invocations: int) -> tuple[list[list[str]], Record]:
        """The ids in each invocation with a batch of a stream, once there were so many, and the on-failure record."""
        ...


class OfLaboratory:
    """The laboratory, which calls modules of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def invoked(self, *, concurrency: int | None) -> tuple[list[str], Record]:
        with self._running(INVOKED, FAILS) as (lab, calls):
            lab.processes[INVOKED.name].disabled = concurrency == 0
            lab.invocations[INVOKED.name].accept({"act": "fail"})
            lab.settle()
            ((letter,),) = lab.dead_letters().values()
            return [request_id for _, request_id in calls], json.loads(letter["Body"])

    def queued(self, body: str) -> tuple[int, str]:
        with self._running(QUEUED, FAILS) as (lab, calls):
            lab.account.sqs.send_message(QueueUrl=lab.account.url(letters), MessageBody=body)
            lab.settle()
            ((letter,),) = lab.dead_letters().values()
            return len(calls), letter["Body"]

    def streamed(self, act: str, ids: Sequence[str], invocations: int) -> tuple[list[list[str]], Record]:
        with self._running(STREAMED, CALLED.format(act=act)) as (lab, calls):
            for each in ids:
                lab.account.dynamodb.put_item(TableName=NAMING.name(items), Item={"id": {"S": each}})
            lab.settle()
            ((letter,),) = lab.dead_letters().values()
            batches = [[record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]] for event, _ in calls]
            return batches, json.loads(letter["Body"])

    @contextmanager
    def _running(self, function: Function, code: str) -> Iterator[tuple[Laboratory, list[tuple[Any, str]]]]:
        """The function in a laboratory, and each event that its code is called with, by its request id."""
        folder = self._folder / "probe"
        folder.mkdir()
        (folder / f"{function.module}.py").write_text(code)
        with (
            mock.patch("tests.faults.laboratory.laboratory.SERVICES", self._folder),
            laboratory(System("probe", functions=(function,)), {}) as lab,
        ):
            calls: list[tuple[Any, str]] = []
            process = lab.processes[function.name]
            invoke = process.invoke

            def spied(event: Any, request_id: str) -> Any:
                calls.append((event, request_id))
                return invoke(event, request_id)

            with mock.patch.object(process, "invoke", spied):
                yield lab, calls


class OfEmulator:
    """The embedded target, as everything else uses it."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._lambda = cloud.client("lambda")

    def invoked(self, *, concurrency: int | None) -> tuple[list[str], Record]:
        (failures, arn) = self._cloud.queue()
        name = self._function(FAILS, arn, "sqs:SendMessage")
        self._lambda.put_function_event_invoke_config(
            FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn}}
        )
        if concurrency is not None:
            self._lambda.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=concurrency)
        self._lambda.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps({"act": "fail"}))
        (record,) = self._cloud.messages(failures)
        return self._called(name), record

    def queued(self, body: str) -> tuple[int, str]:
        (dead, dead_arn) = self._cloud.queue()
        redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 3})
        (source, arn) = self._cloud.queue(VisibilityTimeout="1", RedrivePolicy=redrive)
        name = self._function(FAILS, arn, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
        self._lambda.create_event_source_mapping(FunctionName=name, EventSourceArn=arn)
        sqs, found = self._cloud.client("sqs"), list[Any]()
        sqs.send_message(QueueUrl=source, MessageBody=body)
        assert eventually(lambda: bool(found.extend(sqs.receive_message(QueueUrl=dead).get("Messages", [])) or found))
        return len(self._called(name)), found[0]["Body"]

    def streamed(self, act: str, ids: Sequence[str], invocations: int) -> tuple[list[list[str]], Record]:
        table = StreamedTable(
            self._cloud, act, MaximumRetryAttempts=RETRIES, BisectBatchOnFunctionError=True,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )  # fmt: skip
        table.put(*ids)
        (record,) = self._cloud.messages(table.queue)
        return table.called(invocations), record

    def _function(self, code: str, arn: str, *actions: str) -> str:
        role = self._cloud.role({"Effect": "Allow", "Action": list(actions), "Resource": arn})
        return self._cloud.function(code, role=role, Timeout=5)

    def _called(self, name: str) -> list[str]:
        return [line[5:] for line in self._cloud.log(name) if line.startswith("CALL ")]


@pytest.fixture(params=["laboratory", "emulator"])
def platform(request: pytest.FixtureRequest, tmp_path: Path) -> Platform:
    return OfLaboratory(tmp_path) if request.param == "laboratory" else OfEmulator(request.getfixturevalue("cloud"))


def test_an_event_that_fails_is_tried_three_times_under_one_request_id_and_told_with_its_payload(
    platform: Platform,
) -> None:
    calls, record = platform.invoked(concurrency=None)
    context = record["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 3)
    assert calls == [context["requestId"]] * 3
    assert record["requestPayload"] == {"act": "fail"}
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "refused"


def test_without_concurrency_an_event_is_given_up_at_once(platform: Platform) -> None:
    calls, record = platform.invoked(concurrency=0)
    context = record["requestContext"]
    assert (calls, context["condition"], context["approximateInvokeCount"]) == ([], "RetriesExhausted", 0)
    assert record["requestPayload"] == {"act": "fail"}
    assert "responsePayload" not in record


def test_a_message_is_a_dead_letter_after_three_receives_with_its_body(platform: Platform) -> None:
    assert platform.queued('{"poison":  true}') == (3, '{"poison":  true}')


def _isolated(record: Record) -> bool:
    batch = record["DDBStreamBatchInfo"]
    one = batch["startSequenceNumber"] == batch["endSequenceNumber"]
    return one and batch["batchSize"] == 1 and record["requestContext"]["condition"] == "RetryAttemptsExhausted"


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        # What comes before the lowest failed record is done; what follows it is tried again with it, and then halved.
        (REPORTS_BAD, [["a", "bad", "c"], ["bad", "c"], ["bad"], ["bad"], ["bad"], ["c"]]),
        (DIES_OF_BAD, [["a", "bad", "c"], ["a"], ["bad", "c"], ["bad"], ["bad"], ["bad"], ["c"]]),
    ],
    ids=["reported", "died of"],
)
def test_bisection_isolates_a_bad_record_and_the_record_of_the_failure_tells_its_place(
    platform: Platform, act: str, expected: list[list[str]]
) -> None:
    calls, record = platform.streamed(act, ["a", "bad", "c"], len(expected))
    assert calls == expected
    assert _isolated(record)
