import threading
import time

import pytest

from services.common.workers import Workers


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 20])
def test_the_results_come_in_the_order_of_the_items(count: int):
    assert Workers(3).map(lambda item: item * 2, range(count)) == [item * 2 for item in range(count)]


def test_as_many_calls_run_at_once_as_there_are_threads():
    together = threading.Barrier(3, timeout=5)
    assert Workers(3).map(lambda _item: together.wait() >= 0, range(6)) == [True] * 6


def test_a_single_call_needs_no_thread():
    assert Workers(3).map(lambda _item: threading.current_thread(), [1]) == [threading.current_thread()]


@pytest.mark.parametrize("count", [1, 5])
def test_an_error_comes_out(count: int):
    def fail(item: int) -> None:
        raise KeyError(item)

    with pytest.raises(KeyError):
        Workers(3).map(fail, range(count))


def test_no_call_outlives_the_error_of_another():
    ended = threading.Event()

    def fail_or_end(item: int) -> None:
        if item == 0:
            raise KeyError(item)
        time.sleep(0.05)
        ended.set()

    with pytest.raises(KeyError):
        Workers(2).map(fail_or_end, range(2))
    assert ended.is_set()
