"""Many senders at once: what was accepted is in the queues, all of it, and none of it twice in the table."""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

import pytest

from tests.end_to_end.deployed import Deployed
from tests.end_to_end.inbox import QUEUES, Message
from tests.end_to_end.payment_provider import webhook
from tests.measurements import Measure

WEBHOOKS, CLIENTS = 500, 20


@pytest.mark.requirement("TX-7", "ALL-14")
def test_of_500_webhooks_from_20_clients_none_is_lost_and_none_is_doubled(deployed: Deployed, measure: Measure) -> None:
    deployed.warm_up(CLIENTS)
    kinds = list(QUEUES)
    bodies = [webhook(transaction_type=kinds[number % 3]) for number in range(WEBHOOKS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        posts = [pool.submit(deployed.provider.post, body) for body in bodies]
        while not all(post.done() for post in posts):
            deployed.inbox.take()
    answers = [post.result() for post in posts]
    assert {answer.status for answer in answers} == {202}
    asked = {body["event_id"]: answer.asked for body, answer in zip(bodies, answers, strict=True)}
    messages = deployed.inbox.wait_for(asked, seconds=60)
    deployed.inbox.settle()
    assert len(deployed.inbox.of(asked)) == WEBHOOKS
    assert not [message for message in messages if message.queue != QUEUES[message.body["transaction_type"]]]
    _wait_until_marked(deployed, set(asked))
    assert _dead_letters(deployed) == 0
    for name, seconds in (
        ("answered", [answer.seconds for answer in answers]),
        ("in its queue", _ways(asked, messages)),
    ):
        for percentile, value in zip((50, 95, 99), _percentiles(seconds), strict=True):
            measure(f"webhook {name}, {WEBHOOKS} from {CLIENTS} clients, p{percentile}", value)


@pytest.mark.fault_case(1, 2)
@pytest.mark.fault_system("transactions")
@pytest.mark.requirement("TX-3", "TX-7", "TX-8", "ALL-14")
def test_twenty_copies_at_once_are_accepted_once(deployed: Deployed) -> None:
    deployed.warm_up(20)
    body = webhook()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(deployed.provider.post, [body] * 20))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [202]
    assert sum(answer.body["duplicate"] for answer in answers) == 19
    deployed.inbox.wait_for([body["event_id"]])
    assert deployed.nothing_arrived_of("another")
    assert len(deployed.inbox.of([body["event_id"]])) == 1


def _ways(asked: Mapping[str, float], messages: Iterable[Message]) -> list[float]:
    return [message.taken - asked[message.event_id] for message in messages]


def _percentiles(seconds: list[float]) -> tuple[float, float, float]:
    cuts = quantiles(seconds, n=100)
    return cuts[49], cuts[94], cuts[98]


def _wait_until_marked(deployed: Deployed, event_ids: set[str]) -> None:
    """The marks follow the messages; each must be there in the end, and none of the events unrouted."""
    end = time.monotonic() + 20
    while unmarked := event_ids - _marked(deployed):
        assert time.monotonic() < end, f"{len(unmarked)} are not marked: {sorted(unmarked)[:5]}"
        time.sleep(0.2)


def _marked(deployed: Deployed) -> set[str]:
    pages = deployed.environment.client("dynamodb").get_paginator("scan")
    table = deployed.environment.named("transaction-events")
    items = [item for page in pages.paginate(TableName=table) for item in page["Items"]]
    return {item["event_id"]["S"] for item in items if "routed_at" in item and "unrouted" not in item}


def _dead_letters(deployed: Deployed) -> int:
    sqs = deployed.environment.client("sqs")
    depth = "ApproximateNumberOfMessages"
    found = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[depth]) for url in deployed.dead_letter_queue_urls]
    return sum(int(one["Attributes"][depth]) for one in found)
