"""Bad requests over HTTP: refused by the API or by the function, with an answer that a sender can read."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.emulator.state_folder import StateFolder
from services.market_data.system import system as market_data
from services.price_alerts.system import system as price_alerts
from services.price_enrichment.system import system as price_enrichment
from services.transactions.system import system as transactions
from shared.model import System
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import Environment
from tests.end_to_end.payment_provider import Answer, PaymentProvider
from tests.end_to_end.price_alerts import PriceAlerts
from tests.end_to_end.price_enrichment import PriceEnrichment, eventually
from tests.faults.bad_requests import Sample, bad_requests

REQUESTS = 300
JSON = "application/json"

Post = Callable[[Sample, bytes], Answer]


@pytest.mark.fault_case(39)
@pytest.mark.fault_system("transactions")
@pytest.mark.requirement("ALL-7", "ALL-15")
def test_no_bad_request_is_a_server_error_or_is_stored(deployed: Deployed) -> None:
    before = _stored(deployed)
    accepted: set[str] = set()
    for answer in _answers(transactions, lambda _, raw: deployed.provider.post(raw)):
        if answer.status == 202:
            accepted.add(answer.body["event_id"])
    assert _stored(deployed) - before == accepted
    deployed.inbox.wait_for(accepted, seconds=60)


def _to_price_alerts(environment: Environment) -> Post:
    system = PriceAlerts(environment)
    system.subscriber.close()

    def post(sample: Sample, raw: bytes) -> Answer:
        route = sample.get("path", "/webhook").removeprefix("/webhook")
        return system.exchange(sample["signer"], route).post(raw)

    return post


def _to_price_enrichment(environment: Environment) -> Post:
    system = PriceEnrichment(environment)
    system.updates.close()
    return lambda sample, raw: system.exchange(sample["signer"]).post(raw)


def _to_market_data(environment: Environment) -> Post:
    url = environment.outputs()["api"]["market_data_api_url"]

    def post(sample: Sample, raw: bytes) -> Answer:
        request = AWSRequest("POST", url + sample["path"], data=raw, headers={"Content-Type": JSON})
        SigV4Auth(Credentials("test", "test"), "execute-api", "us-east-1").add_auth(request)
        headers = {"X-Webhook-Timestamp": None, "X-Webhook-Signature": None} | dict(request.headers.items())
        return PaymentProvider(url + sample["path"], "unused").post(raw, headers=headers)

    return post


@pytest.mark.fault_case(39)
@pytest.mark.fault_system("price-alerts", "price-enrichment", "market-data")
@pytest.mark.requirement("ALL-7", "ALL-15")
@pytest.mark.parametrize(
    ("system", "sender"),
    [
        (price_alerts, _to_price_alerts),
        (price_enrichment, _to_price_enrichment),
        (market_data, _to_market_data),
    ],
    ids=lambda given: given.name if isinstance(given, System) else "",
)
def test_no_bad_request_is_a_server_error_or_ends_in_a_traceback(
    deployed: Deployed, system: System, sender: Callable[[Environment], Post]
) -> None:
    answers = _answers(system, sender(deployed.environment))
    assert sum(answer.status >= 400 for answer in answers) > REQUESTS / 3
    (api,) = system.apis
    waiting = StateFolder(deployed.environment.state / "emulator").waiting_events
    assert eventually(lambda: not any(waiting.iterdir()), seconds=120)
    # What a route does not wait for may fail: that is how an operator gets to see it.
    for function in {route.invokes.name for route in api.routes if not route.asynchronous}:
        assert not [line for line in deployed.environment.log(function) if "Traceback" in line]
    for function in (route.invokes for route in api.routes if route.asynchronous):
        assert _taken_out(deployed.environment, f"{function.name}-failures")


def _answers(system: System, post: Post) -> list[Answer]:
    requests = bad_requests(system, Random(39))  # noqa: S311 - nothing is secret about it
    answers: list[Answer] = []
    for _ in range(REQUESTS):
        sample, raw = next(requests)
        answer = post(sample, raw)
        assert 200 <= answer.status < 500, f"{answer.status} {answer.text} for {raw[:300]!r}"
        assert "Traceback" not in answer.text
        if answer.status in (400, 413):
            assert answer.body["message"], answer.text
        answers.append(answer)
    return answers


def _taken_out(environment: Environment, queue: str) -> int:
    """How many letters were in a dead-letter queue, in which other tests look for their own alone."""
    sqs, attribute = environment.client("sqs"), "ApproximateNumberOfMessages"
    url = sqs.get_queue_url(QueueName=environment.named(queue))["QueueUrl"]
    found = int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[attribute])["Attributes"][attribute])
    sqs.purge_queue(QueueUrl=url)
    return found


def _stored(deployed: Deployed) -> set[str]:
    pages: Any = deployed.environment.client("dynamodb").get_paginator("scan")
    table = deployed.environment.named("transaction-events")
    return {item["event_id"]["S"] for page in pages.paginate(TableName=table) for item in page["Items"]}
