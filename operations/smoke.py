"""`smoke`: sends a system's samples to a deployed environment and shows what arrived where."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from operations.display import show_table
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from operations.webhooks import Answer, Sample, read_samples, sender_of
from shared.checkout import CHECKOUT
from shared.contract import output_key
from shared.model import System

SAMPLES = "webhooks.jsonl"

# A message needs less than two seconds; a cold start of both functions and a slow machine get the rest.
PATIENCE = 30.0
# How long a message that should not arrive is waited for after all others have.
GRACE = 1.5

Arrivals = dict[str, Counter[str]]


def smoke(pulumi: PulumiCommand) -> None:
    """Smokes every system that has samples; OperationError where anything differs from what they expect."""
    differences = 0
    for system in pulumi.target.systems:
        file = CHECKOUT / "examples" / system.name / SAMPLES
        if file.is_file():
            differences += _smoke(pulumi, system, read_samples(file))
    if differences:
        raise OperationError(f"{differences} samples did not do what they should; see the tables above")
    print("every sample was answered and arrived as expected")


@dataclass(slots=True)
class Inbox:
    """The system's queues, searched for messages that bear this run's correlation ids.

    Others are kept out of sight until the run gives them back: received again and again, they would be dead-lettered.
    """

    sqs: Any
    queue_urls: Mapping[str, str]
    arrived: Arrivals = field(default_factory=dict[str, Counter[str]])
    others: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def collect(self, wanted: set[str]) -> None:
        with ThreadPoolExecutor(len(self.queue_urls)) as pool:
            for queue, found in zip(self.queue_urls, pool.map(self._receive, self.queue_urls.values()), strict=True):
                for message in found:
                    self._sort(queue, message, wanted)

    def give_back(self) -> None:
        """Lets everybody see again what is not this run's."""
        for handle in self.others:
            self.sqs.change_message_visibility(**handle, VisibilityTimeout=0)

    def _receive(self, url: str) -> list[dict[str, Any]]:
        asked = {"MaxNumberOfMessages": 10, "WaitTimeSeconds": 1, "MessageAttributeNames": ["correlation_id"]}
        return self.sqs.receive_message(QueueUrl=url, **asked).get("Messages", [])

    def _sort(self, queue: str, message: dict[str, Any], wanted: set[str]) -> None:
        correlation_id = message.get("MessageAttributes", {}).get("correlation_id", {}).get("StringValue", "")
        handle = {"QueueUrl": self.queue_urls[queue], "ReceiptHandle": message["ReceiptHandle"]}
        if correlation_id in wanted:
            self.arrived.setdefault(correlation_id, Counter())[queue] += 1
            self.sqs.delete_message(**handle)
        else:
            self.others.append(handle)


def _smoke(pulumi: PulumiCommand, system: System, samples: list[Sample]) -> int:
    sender = sender_of(pulumi, system)
    answers = [sender.post(sample) for sample in samples]
    outputs = pulumi.outputs("messaging")
    urls = {queue.name: outputs[output_key(queue, "url")] for queue in system.delivered_to}
    inbox = Inbox(pulumi.target.client("sqs"), urls)
    try:
        _wait(inbox, samples, answers)
    finally:
        inbox.give_back()
    rows = list(_rows(samples, answers, inbox.arrived))
    columns = ("line", "answer", "expected", "arrived in", "expected in", "")
    show_table(f"{system.name} in '{pulumi.target.environment}'", columns, rows)
    return sum(row[-1] != "ok" for row in rows)


def _wait(inbox: Inbox, samples: list[Sample], answers: list[Answer]) -> None:
    ids = {answer.correlation_id for answer in answers}
    due = {answer.correlation_id for sample, answer in zip(samples, answers, strict=True) if sample.arrives}
    end = time.monotonic() + PATIENCE
    while due - set(inbox.arrived) and time.monotonic() < end:
        inbox.collect(ids)
    end = time.monotonic() + GRACE
    while time.monotonic() < end:
        inbox.collect(ids)


def _rows(samples: list[Sample], answers: list[Answer], arrived: Arrivals) -> Iterator[tuple[str, ...]]:
    for number, (sample, answer) in enumerate(zip(samples, answers, strict=True), start=1):
        places = arrived.get(answer.correlation_id, Counter())
        well = sample.expect in (None, answer.status) and places == Counter([sample.arrives] if sample.arrives else [])
        where = ", ".join(f"{queue} ({count})" if count > 1 else queue for queue, count in places.items())
        expected = str(sample.expect or "")
        yield (str(number), str(answer.status), expected, where, sample.arrives or "", "ok" if well else "DIFFERS")
