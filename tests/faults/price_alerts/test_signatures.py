"""Signatures that are missing, wrong, old or of another secret."""

import json
from collections.abc import Callable, Iterator

import pytest

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from tests.faults.laboratory.laboratory import Laboratory, laboratory
from tests.faults.laboratory.virtual_clock import START
from tests.faults.price_alerts.observations import answered, fired, history, queued, scenario, webhook
from tests.faults.scenarios.price_alerts import SECRETS, PriceAlerts

pytestmark = pytest.mark.fault_system("price-alerts")


def signed_otherwise() -> Iterator[tuple[str, Callable[[str, bytes], dict[str, str | None]], int]]:
    """How the signature of a webhook may differ, and what the answer is."""

    def right(stamp: str, body: bytes) -> str:
        return sign(SECRETS["coinbase"].encode(), stamp, body)

    yield "missing", lambda stamp, body: {SIGNATURE_HEADER: None}, 401
    yield "empty", lambda stamp, body: {SIGNATURE_HEADER: ""}, 401
    yield "another secret", lambda stamp, body: {SIGNATURE_HEADER: sign(b"x", stamp, body)}, 401
    yield "another exchange", lambda stamp, body: {SIGNATURE_HEADER: sign(b"kraken-secret", stamp, body)}, 401
    yield "not ASCII", lambda stamp, body: {SIGNATURE_HEADER: "v1=" + "\u00e9" * 64}, 401
    yield "full-width digits", lambda stamp, body: {SIGNATURE_HEADER: "v1=" + "\uff11" * 64}, 401
    yield "an unknown version", lambda stamp, body: {SIGNATURE_HEADER: right(stamp, body).replace("v1", "v2")}, 401
    yield "two versions", lambda stamp, body: {SIGNATURE_HEADER: f"v2={'0' * 64},{right(stamp, body)}"}, 202
    yield "two of one", lambda stamp, body: {SIGNATURE_HEADER: f"{right(stamp, body)}, v1={'0' * 64}"}, 202
    yield "capitals", lambda stamp, body: {SIGNATURE_HEADER: "v1=" + right(stamp, body)[3:].upper()}, 202
    yield "a byte less", lambda stamp, body: {SIGNATURE_HEADER: right(stamp, body[:-1])}, 401
    yield "a byte more", lambda stamp, body: {SIGNATURE_HEADER: right(stamp, body + b" ")}, 401
    yield "no time", lambda stamp, body: {TIMESTAMP_HEADER: None}, 401
    yield "milliseconds", lambda stamp, body: _stamped(stamp + "000", body), 401
    yield "a fraction", lambda stamp, body: _stamped(stamp + ".0", body), 401
    yield "Arabic digits", lambda stamp, body: _stamped("\u0661" * 10, body), 401
    for seconds, status in ((-301, 401), (-299, 202), (299, 202), (301, 401)):
        yield f"{seconds} s", lambda stamp, body, by=seconds: _stamped(str(int(stamp) + by), body), status


def _stamped(stamp: str, body: bytes) -> dict[str, str | None]:
    return {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRETS["coinbase"].encode(), stamp, body)}


@pytest.mark.fault_case(25, 27)
def test_a_signature_counts_for_its_bytes_and_300_seconds(lab: Laboratory) -> None:
    body = webhook()
    for name, change, expected in signed_otherwise():
        status, field = answered(lab, body, **change(str(int(START.timestamp())), body))
        assert status == expected, name
        assert (field in (SIGNATURE_HEADER, TIMESTAMP_HEADER)) == (status == 401), name
        assert len(queued(lab)) == (status == 202), name


@pytest.mark.fault_case(25)
def test_a_replay_within_the_window_is_the_same_observation_and_beyond_it_is_refused(lab: Laboratory) -> None:
    scenario.add_rule(lab, "rule", "BTC-USD", "above", "70000")
    body, stamp = webhook("70001", time=None), str(int(START.timestamp()))
    for seconds, status in ((0, 202), (299, 202), (2, 401)):
        lab.clock.pass_by(seconds)
        assert scenario.post(lab, "coinbase", body, stamp).answer["statusCode"] == status
        lab.settle()
    assert len(history(lab)) == 2
    assert fired(lab) == {"rule": 1}


@pytest.mark.fault_case(26)
@pytest.mark.parametrize(
    ("secrets", "old", "new"),
    [(["coinbase-secret"], 202, 401), (["new", "coinbase-secret"], 202, 202), (["new"], 401, 202)],
    ids=["before", "overlap", "after"],
)
def test_during_a_rotation_both_secrets_count(secrets: list[str], old: int, new: int) -> None:
    document = json.dumps({"coinbase": {"webhook_secrets": secrets}})
    with laboratory(PriceAlerts.system, {"exchange-credentials": document}) as lab:
        body, stamp = webhook(), str(int(START.timestamp()))
        assert answered(lab, body)[0] == old
        assert answered(lab, body, **{SIGNATURE_HEADER: sign(b"new", stamp, body)})[0] == new
        assert len(queued(lab)) == [old, new].count(202)
