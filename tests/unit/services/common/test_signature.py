import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.signature import NoSignatureMatchesError, SignatureRefusedError, sign, verify

pytestmark = pytest.mark.requirement("ALL-13")

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
SECRET, PREVIOUS = b"current-secret", b"previous-secret"
BODY = b'{"event_id": "1"}'


def check(timestamp: str | None = STAMP, signature: str | None = None, body: bytes = BODY, now: datetime = NOW) -> None:
    verify(timestamp, signature if signature is not None else sign(SECRET, STAMP, BODY), body, (SECRET, PREVIOUS), now)


def test_the_signature_is_hmac_sha256_of_timestamp_dot_body():
    expected = hmac.new(SECRET, STAMP.encode() + b"." + BODY, hashlib.sha256).hexdigest()
    assert sign(SECRET, STAMP, BODY) == f"v1={expected}"


def test_both_secrets_are_accepted_during_a_rotation():
    check(signature=sign(SECRET, STAMP, BODY))
    check(signature=sign(PREVIOUS, STAMP, BODY))


def test_one_good_signature_among_several_is_enough():
    check(signature=f"v0=abc, v1={'0' * 64} , {sign(SECRET, STAMP, BODY).replace('a', 'A')}")


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signature_holds_for_300_seconds_either_way(seconds: int):
    stamp = str(int(NOW.timestamp()) + seconds)
    check(stamp, sign(SECRET, stamp, BODY))


@pytest.mark.parametrize("seconds", [-301, 301, 10**10])
def test_late_and_early_signatures_are_refused(seconds: int):
    stamp = str(int(NOW.timestamp()) + seconds)
    with pytest.raises(SignatureRefusedError, match="more than 300 s") as refusal:
        check(stamp, sign(SECRET, stamp, BODY))
    assert refusal.value.header == "X-Webhook-Timestamp"


def test_the_limit_counts_fractions_of_a_second():
    with pytest.raises(SignatureRefusedError):
        check(now=datetime.fromtimestamp(int(STAMP) + 300.001, UTC))


@pytest.mark.parametrize(
    "stamp", [None, "", "soon", "1e9", "-5", "+5", "1795190404.5", " 1795190404", "\uff11\uff17", "9" * 13, "\u00b2"]
)
def test_a_missing_or_malformed_timestamp_is_refused(stamp: str | None):
    with pytest.raises(SignatureRefusedError, match="Unix seconds") as refusal:
        check(stamp)
    assert not isinstance(refusal.value, NoSignatureMatchesError)


@pytest.mark.parametrize("signature", ["", "v1=", "v1=xyz", "v2=" + "0" * 64, "0" * 64, "v1=" + "é" * 64, ",,,"])
def test_a_missing_or_malformed_signature_is_refused(signature: str):
    with pytest.raises(SignatureRefusedError) as refusal:
        check(signature=signature)
    assert not isinstance(refusal.value, NoSignatureMatchesError)
    assert refusal.value.header == "X-Webhook-Signature"


def test_an_absent_signature_header_is_refused():
    with pytest.raises(SignatureRefusedError, match="missing"):
        verify(STAMP, None, BODY, (SECRET,), NOW)


def test_another_body_another_secret_or_another_time_does_not_match():
    later = str(int(STAMP) + 1)
    for stamp, signature, body in (
        (STAMP, sign(SECRET, STAMP, BODY), BODY + b" "),
        (STAMP, sign(b"foreign", STAMP, BODY), BODY),
        (later, sign(SECRET, STAMP, BODY), BODY),
    ):
        with pytest.raises(NoSignatureMatchesError):
            check(stamp, signature, body)


@given(st.text(), st.text())
def test_no_header_text_ends_in_anything_but_a_refusal(stamp: str, signature: str):
    with pytest.raises(SignatureRefusedError):
        check(stamp, signature)
