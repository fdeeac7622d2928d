"""Ten thousand bad requests an API: none is a server error, none stores or sends anything."""

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest

from shared.checkout import CHECKOUT
from tests.faults.bad_requests import bad_bodies
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.laboratory.process import Result
from tests.faults.scenarios.transactions import Transactions

REQUESTS = 10_000
READS = {"GetParameter", "Decrypt", "GetItem", "BatchGetItem", "Query", "GetObject", "HeadObject"}

Send = Callable[[Laboratory, Mapping[str, Any], bytes], Result]


def to_transactions(lab: Laboratory, sample: Mapping[str, Any], raw: bytes) -> Result:
    return Transactions().post(lab, raw)


APIS: Mapping[str, tuple[Any, Send]] = {
    "transactions": (Transactions, to_transactions),
}


@pytest.mark.fault_case(39)
@pytest.mark.fault_system("transactions")
@pytest.mark.parametrize("system", APIS)
def test_no_bad_request_is_a_server_error_or_leaves_a_trace(system: str) -> None:
    kind, send = APIS[system]
    scenario = kind()
    lines = (CHECKOUT / "examples" / system / "webhooks.jsonl").read_text().splitlines()
    samples = [sample for sample in map(json.loads, lines) if sample["expect"] in (200, 202)]
    random = Random(39)  # noqa: S311 - nothing is secret about it
    bodies = {id(sample): bad_bodies([sample["body"]], random) for sample in samples}
    refused = 0
    with laboratory(scenario.system, scenario.secrets) as lab:
        scenario.prepare(lab)
        for _ in range(REQUESTS):
            sample = random.choice(samples)
            raw = next(bodies[id(sample)])
            before = len(lab.wire.calls)
            result = send(lab, sample, raw)
            status = status_of(result, raw)
            assert 200 <= status < 500, f"{status} for {raw[:300]!r}"
            # A conflict is found by the very write that it makes fail.
            if status >= 400 and status != 409:
                refused += 1
                calls = {call.partition(".")[2] for call in lab.wire.calls[before:]}
                assert calls <= READS, f"{calls} for {raw[:300]!r}, which is refused"
    # The others were good in spite of all.
    assert refused > REQUESTS / 2


def status_of(result: Result, raw: bytes) -> int:
    assert result.error is None, f"{result.error!r} for {raw[:300]!r}"
    assert "Traceback" not in result.answer["body"]
    return result.answer["statusCode"]
