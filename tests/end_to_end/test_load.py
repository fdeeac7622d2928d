"""Many senders at once: what was accepted is in the queues, all of it, and none of it twice in the table."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

import pytest

from tests.end_to_end.conftest import Measure
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.inbox import QUEUES, Message
from tests.end_to_end.payment_provider import webhook

WEBHOOKS, CLIENTS = 500, 20


@pytest.mark.requirement("TX-7", "ALL-14")
def test_of_500_webhooks_from_20_clients_none_is_lost_and_none_is_doubled(deployed: Deployed, measure: Measure) -> None:
    kinds = list(QUEUES)
    bodies = [webhook(transaction_type=kinds[number % 3]) for number in range(WEBHOOKS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(deployed.provider.post, bodies))
    assert {answer.status for answer in answers} == {202}
    asked = {body["event_id"]: answer.asked for body, answer in zip(bodies, answers, strict=True)}
    messages = deployed.inbox.wait_for(asked, seconds=60)
    deployed.inbox.settle()
    assert len(deployed.inbox.of(asked)) == WEBHOOKS
    assert not [message for message in messages if message.queue != QUEUES[message.body["transaction_type"]]]
    assert _unrouted(deployed, set(asked)) == set()
    assert [queue for queue in _dead_letter_queues(deployed) if queue[1]] == []
    for name, seconds in (
        ("answered", [answer.seconds for answer in answers]),
        ("in its queue", _ways(asked, messages)),
    ):
        for percentile, value in zip((50, 95, 99), _percentiles(seconds), strict=True):
            measure(f"webhook {name}, {WEBHOOKS} from {CLIENTS} clients, p{percentile}", value)


def _ways(asked: Mapping[str, float], messages: Iterable[Message]) -> list[float]:
    return [message.taken - asked[message.event_id] for message in messages]


def _percentiles(seconds: list[float]) -> tuple[float, float, float]:
    cuts = quantiles(seconds, n=100)
    return cuts[49], cuts[94], cuts[98]


def _unrouted(deployed: Deployed, event_ids: set[str]) -> set[str]:
    """Those of the events that are not in the table, or there without the mark that they were routed."""
    pages = deployed.environment.client("dynamodb").get_paginator("scan")
    table = deployed.environment.named("transaction-events")
    items = [item for page in pages.paginate(TableName=table) for item in page["Items"]]
    return event_ids - {item["event_id"]["S"] for item in items if "routed_at" in item and "unrouted" not in item}


def _dead_letter_queues(deployed: Deployed) -> list[tuple[str, int]]:
    sqs = deployed.environment.client("sqs")
    urls = [url for key, url in deployed.environment.outputs("messaging").items() if key.endswith("dlq_url")]
    depth = "ApproximateNumberOfMessages"
    return [
        (url, int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[depth])["Attributes"][depth])) for url in urls
    ]
