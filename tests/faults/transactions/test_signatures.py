"""Signatures that are missing, wrong, old or of another secret."""

import json
from typing import Any

import boto3
import pytest

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from services.transactions.system import system
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.scenarios.transactions import SECRET
from tests.faults.transactions.webhooks import WEBHOOK, post, refused, stored

pytestmark = pytest.mark.fault_system("transactions")


@pytest.mark.fault_case(25)
@pytest.mark.parametrize(
    "headers",
    [
        {SIGNATURE_HEADER: ""},
        {SIGNATURE_HEADER: "v1=" + "0" * 64},
        {SIGNATURE_HEADER: "v1=é"},
        {SIGNATURE_HEADER: "v0=" + "0" * 64 + ",v1=" + "1" * 64},
    ],
)
def test_a_signature_that_is_missing_or_wrong_is_refused(lab: Laboratory, headers: dict[str, str]) -> None:
    refused(lab, 401, SIGNATURE_HEADER, WEBHOOK, **headers)


@pytest.mark.fault_case(25)
@pytest.mark.parametrize("change", [lambda raw: raw + b" ", lambda raw: raw[:-1], lambda raw: raw.swapcase()])
def test_a_body_that_differs_by_a_byte_does_not_match(lab: Laboratory, change: Any) -> None:
    raw = json.dumps(WEBHOOK).encode()
    stamp = str(int(lab.clock.now().timestamp()))
    refused(lab, 401, SIGNATURE_HEADER, change(raw), **{SIGNATURE_HEADER: sign(SECRET.encode(), stamp, raw)})


@pytest.mark.fault_case(25, 27)
@pytest.mark.parametrize("seconds", [-600, -301, -300, -299, 0, 299, 300, 301, 600])
def test_a_signature_holds_for_300_seconds_either_way(lab: Laboratory, seconds: int) -> None:
    with lab.clock.skewed(seconds=seconds):
        stamp = str(int(lab.clock.now().timestamp()))
    raw = json.dumps(WEBHOOK).encode()
    signed = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRET.encode(), stamp, raw)}
    if abs(seconds) <= 300:
        assert post(lab, raw, **signed)["statusCode"] == 202
    else:
        refused(lab, 401, TIMESTAMP_HEADER, raw, **signed)


@pytest.mark.fault_case(25)
def test_a_replay_within_the_window_is_a_duplicate_and_refused_after_it(lab: Laboratory) -> None:
    raw = json.dumps(WEBHOOK).encode()
    stamp = str(int(lab.clock.now().timestamp()))
    signed = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRET.encode(), stamp, raw)}
    assert [post(lab, raw, **signed)["statusCode"] for _ in range(2)] == [202, 200]
    lab.clock.pass_by(301)
    assert post(lab, raw, **signed)["statusCode"] == 401
    assert len(stored(lab)) == 1


@pytest.mark.fault_case(26)
def test_a_rotation_refuses_no_sender_while_both_secrets_are_listed(lab: Laboratory) -> None:
    def send(name: str, secret: str) -> int:
        raw = json.dumps(WEBHOOK | {"event_id": name}).encode()
        stamp = str(int(lab.clock.now().timestamp()))
        return post(lab, raw, **{SIGNATURE_HEADER: sign(secret.encode(), stamp, raw)})["statusCode"]

    def list_secrets(value: str) -> None:
        name = NAMING.parameter_name(system, system.secrets[0])
        boto3.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    assert send("evt_1", SECRET) == 202
    list_secrets(f"new-secret\n{SECRET}")
    assert [send("evt_2", "new-secret"), send("evt_3", SECRET)] == [202, 202]
    list_secrets("new-secret")
    lab.clock.pass_by(61)
    assert [send("evt_4", SECRET), send("evt_4", "new-secret")] == [401, 202]
