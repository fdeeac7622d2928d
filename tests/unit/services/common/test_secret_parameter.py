import io

import pytest

from services.common.secret_parameter import SecretParameter, SecretUnavailableError, fetch_parameter
from tests.unit.services.fakes import THROTTLED, TIMED_OUT, FakeClock

pytestmark = pytest.mark.requirement("TX-10")


class Store:
    def __init__(self, value: str | Exception) -> None:
        self.value = value
        self.reads = 0

    def __call__(self) -> str:
        self.reads += 1
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


def test_it_is_read_once_and_then_cached(clock: FakeClock):
    store = Store("new\nold\n")
    parameter = SecretParameter(store, clock)
    assert store.reads == 0
    assert parameter.current() == parameter.current() == (b"new", b"old")
    assert store.reads == 1


def test_a_rotation_is_seen_within_a_minute(clock: FakeClock):
    store = Store("first")
    parameter = SecretParameter(store, clock)
    parameter.current()
    store.value = " second \n\n first \n"
    clock.advance(seconds=59)
    assert parameter.current() == (b"first",)
    clock.advance(seconds=1)
    assert parameter.current() == (b"second", b"first")


def test_a_rotation_is_seen_at_once_on_demand(clock: FakeClock):
    store = Store("first")
    parameter = SecretParameter(store, clock)
    parameter.current()
    store.value = "second"
    assert parameter.refreshed() == (b"second",)


def test_demands_read_at_most_every_five_seconds(clock: FakeClock):
    store = Store("first")
    parameter = SecretParameter(store, clock)
    for _ in range(10):
        parameter.refreshed()
    assert store.reads == 1
    clock.advance(seconds=5)
    parameter.refreshed()
    assert store.reads == 2


@pytest.mark.parametrize("broken", [THROTTLED, TIMED_OUT, "", "  \n", "a\nb\nc"])
def test_the_cached_secrets_outlive_a_failing_store(clock: FakeClock, broken: str | Exception):
    store = Store("first")
    parameter = SecretParameter(store, clock)
    parameter.current()
    store.value = broken
    clock.advance(seconds=61)
    assert parameter.current() == parameter.current() == parameter.refreshed() == (b"first",)
    assert store.reads == 3  # the first, one when due, one on demand; then it is left alone
    clock.advance(seconds=5)
    store.value = "second"
    assert parameter.current() == (b"second",)


@pytest.mark.parametrize("broken", [THROTTLED, TIMED_OUT, ""])
def test_without_a_cached_value_a_failing_store_is_reported_and_tried_again(clock: FakeClock, broken: str | Exception):
    store = Store(broken)
    parameter = SecretParameter(store, clock)
    with pytest.raises(SecretUnavailableError):
        parameter.current()
    store.value = "first"
    assert parameter.current() == (b"first",)


def test_a_programming_error_is_not_taken_for_a_failing_store(clock: FakeClock):
    with pytest.raises(ZeroDivisionError):
        SecretParameter(Store(ZeroDivisionError()), clock).current()


def test_the_parameter_is_fetched_decrypted():
    class Ssm:
        def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, dict[str, str]]:  # noqa: N803
            assert WithDecryption
            return {"Parameter": {"Name": Name, "Value": f"value of {Name}"}}

    assert fetch_parameter(Ssm(), "/secrets") == "value of /secrets"


def test_no_secret_is_logged(clock: FakeClock, log: io.StringIO):
    with pytest.raises(SecretUnavailableError):
        SecretParameter(Store("hush-1\nhush-2\nhush-3"), clock).current()
    assert "holds 3 secrets" in log.getvalue()
    assert "hush" not in log.getvalue()
