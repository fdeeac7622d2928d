"""`smoke`: sends a system's samples to a deployed environment and shows what arrived where."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from operations.display import show_table
from operations.mailbox import Mailbox, Message
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
    pulumi.target.refuse_production("its samples would be taken for payments and prices; smoke another environment")
    differences = 0
    for system in pulumi.target.systems:
        file = CHECKOUT / "examples" / system.name / SAMPLES
        if file.is_file():
            differences += _smoke(pulumi, system, read_samples(file))
    if differences:
        raise OperationError(f"{differences} samples did not do what they should; see the tables above")
    print("every sample was answered and arrived as expected")


def _smoke(pulumi: PulumiCommand, system: System, samples: list[Sample]) -> int:
    sender = sender_of(pulumi, system)
    answers = [sender.post(sample) for sample in samples]
    outputs = pulumi.outputs("messaging")
    urls = {queue.name: outputs[output_key(queue, "url")] for queue in system.delivered_to}
    ids = {answer.correlation_id for answer in answers}
    sqs = pulumi.target.client("sqs")
    mailboxes = {name: Mailbox(sqs, url, lambda message: correlation_id(message) in ids) for name, url in urls.items()}
    try:
        arrived = _arrivals(mailboxes, samples, answers)
    finally:
        for mailbox in mailboxes.values():
            mailbox.give_back()
    rows = list(_rows(samples, answers, arrived))
    columns = ("line", "answer", "expected", "arrived in", "expected in", "")
    show_table(f"{system.name} in '{pulumi.target.environment}'", columns, rows)
    return sum(row[-1] != "ok" for row in rows)


def correlation_id(message: Message) -> str:
    """The id that goes with a request's message; empty where there is none."""
    return message.get("MessageAttributes", {}).get("correlation_id", {}).get("StringValue", "")


def _arrivals(mailboxes: Mapping[str, Mailbox], samples: list[Sample], answers: list[Answer]) -> Arrivals:
    due = {answer.correlation_id for sample, answer in zip(samples, answers, strict=True) if sample.arrives}
    arrived: Arrivals = {}
    if not mailboxes:
        return arrived
    end = time.monotonic() + PATIENCE
    while due - set(arrived) and time.monotonic() < end:
        collect(mailboxes, arrived)
    end = time.monotonic() + GRACE
    while time.monotonic() < end:
        collect(mailboxes, arrived)
    return arrived


def collect(mailboxes: Mapping[str, Mailbox], arrived: Arrivals) -> None:
    """Counts, by correlation id and queue, what has come in one look at all queues at once."""
    with ThreadPoolExecutor(len(mailboxes)) as pool:
        looks = pool.map(_look, mailboxes.values())
        for queue, messages in zip(mailboxes, looks, strict=True):
            for message in messages:
                arrived.setdefault(correlation_id(message), Counter())[queue] += 1


def _look(mailbox: Mailbox) -> list[Message]:
    return mailbox.take(wait_s=1)


def _rows(samples: list[Sample], answers: list[Answer], arrived: Arrivals) -> Iterator[tuple[str, ...]]:
    for number, (sample, answer) in enumerate(zip(samples, answers, strict=True), start=1):
        places = arrived.get(answer.correlation_id, Counter())
        well = sample.expect in (None, answer.status) and places == Counter([sample.arrives] if sample.arrives else [])
        where = ", ".join(f"{queue} ({count})" if count > 1 else queue for queue, count in places.items())
        expected = str(sample.expect or "")
        yield (str(number), str(answer.status), expected, where, sample.arrives or "", "ok" if well else "DIFFERS")
