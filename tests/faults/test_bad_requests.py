"""Ten thousand bad requests an API: none is a server error, none stores or sends anything."""

from collections.abc import Callable, Mapping
from random import Random

import pytest

from services.common.invalid_input import InvalidInputError
from tests.faults.bad_requests import Sample, bad_requests
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.laboratory.process import Result
from tests.faults.scenarios.market_data import MarketData
from tests.faults.scenarios.price_alerts import PriceAlerts
from tests.faults.scenarios.price_enrichment import SECRETS as PRICE_SECRETS
from tests.faults.scenarios.price_enrichment import PriceEnrichment
from tests.faults.scenarios.scenario import Scenario
from tests.faults.scenarios.transactions import Transactions

REQUESTS = 10_000
READS = {"GetParameter", "Decrypt", "GetItem", "BatchGetItem", "Query", "GetObject", "HeadObject"}


def to_transactions(lab: Laboratory, _: Sample, raw: bytes) -> Result:
    return Transactions().post(lab, raw)


def to_price_alerts(lab: Laboratory, sample: Sample, raw: bytes) -> Result:
    return PriceAlerts().post(lab, sample["signer"], raw)


def to_price_enrichment(lab: Laboratory, sample: Sample, raw: bytes) -> Result:
    """The processor's answer as the status that its refusal stands for: who sent it has had a 202 before."""
    event = PriceEnrichment().event(lab, raw, PRICE_SECRETS.get(sample["signer"], PRICE_SECRETS["kraken"]))
    result = lab.call("webhook-processor", event)
    if isinstance(result.error, InvalidInputError):
        return Result({"statusCode": 400, "body": str(result.error)})
    return Result({"statusCode": 401 if result.answer["status"] == "refused" else 202, "body": ""})


def to_market_data(lab: Laboratory, sample: Sample, raw: bytes) -> Result:
    return MarketData().ask(lab, sample["path"], raw)


APIS: Mapping[str, tuple[type[Scenario], Callable[[Laboratory, Sample, bytes], Result]]] = {
    "transactions": (Transactions, to_transactions),
    "price-alerts": (PriceAlerts, to_price_alerts),
    "price-enrichment": (PriceEnrichment, to_price_enrichment),
    "market-data": (MarketData, to_market_data),
}


@pytest.mark.fault_case(39)
@pytest.mark.fault_system("transactions", "price-alerts", "price-enrichment", "market-data")
@pytest.mark.parametrize("system", APIS)
def test_no_bad_request_is_a_server_error_or_leaves_a_trace(system: str) -> None:
    kind, send = APIS[system]
    scenario = kind()
    random = Random(39)  # noqa: S311 - nothing is secret about it
    requests = bad_requests(scenario.system, random)
    refused = 0
    with laboratory(scenario.system, scenario.secrets) as lab:
        scenario.prepare(lab)
        for number in range(REQUESTS):
            if number % 50 == 0:
                # What was good in spite of all is of no interest here, and moto slows down with what it holds.
                for queue in scenario.system.queues:
                    lab.account.drained(queue)
            sample, raw = next(requests)
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
