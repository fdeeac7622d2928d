"""Bad requests over HTTP: refused by the API or by the function, with an answer that a sender can read."""

import json
from random import Random
from typing import Any

import pytest

from shared.checkout import CHECKOUT
from tests.end_to_end.deployed import Deployed
from tests.faults.bad_requests import bad_bodies

REQUESTS = 300
SAMPLES = CHECKOUT / "examples" / "transactions" / "webhooks.jsonl"


@pytest.mark.fault_case(39)
@pytest.mark.fault_system("transactions")
@pytest.mark.requirement("ALL-7", "ALL-15")
def test_no_bad_request_is_a_server_error_or_is_stored(deployed: Deployed) -> None:
    random = Random(39)  # noqa: S311 - nothing is secret about it
    samples = [json.loads(line) for line in SAMPLES.read_text().splitlines()]
    bodies = bad_bodies([sample["body"] for sample in samples if sample["expect"] == 202], random)
    before = _stored(deployed)
    accepted: set[str] = set()
    for _ in range(REQUESTS):
        raw = next(bodies)
        answer = deployed.provider.post(raw)
        assert 200 <= answer.status < 500, f"{answer.status} {answer.text} for {raw[:300]!r}"
        assert "Traceback" not in answer.text
        if answer.status == 202:
            accepted.add(answer.body["event_id"])
        elif answer.status == 400:
            assert answer.body["message"], answer.text
    assert _stored(deployed) - before == accepted
    deployed.inbox.wait_for(accepted, seconds=60)


def _stored(deployed: Deployed) -> set[str]:
    pages: Any = deployed.environment.client("dynamodb").get_paginator("scan")
    table = deployed.environment.named("transaction-events")
    return {item["event_id"]["S"] for page in pages.paginate(TableName=table) for item in page["Items"]}
