"""A file of one symbol: all writes go to one partition, which takes a thousand a second."""

import random
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pytest

from services.common.workers import Workers
from services.market_data import data_processor
from services.market_data.data_processor import THREADS
from services.market_data.domain.tick_batch import MAX_TICKS
from services.market_data.state_table import StateTable
from services.market_data.system import data_processor as function
from shared.model import OnQueue
from tests.unit.services.fakes import START, client_error
from tests.unit.services.market_data.market import tick
from tests.unit.services.market_data.virtual_time import VirtualTime

Item = TypeVar("Item")
Result = TypeVar("Result")

WRITES_A_SECOND = 1_000
CALL_SECONDS = 0.02


class Alone(Workers):
    """Works in the thread that asks."""

    def map(self, call: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        return [call(item) for item in items]


class Partition:
    """Takes what its tokens allow, a second's at most; where these allow nothing the call is refused."""

    def __init__(self, time: VirtualTime) -> None:
        self.written = 0
        self.refused = 0
        self._time = time
        self._tokens, self._counted_at = float(WRITES_A_SECOND), 0.0

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803  # boto3's name
        self._time.sleep(CALL_SECONDS)
        passed, self._counted_at = self._time.now - self._counted_at, self._time.now
        self._tokens = min(WRITES_A_SECOND, self._tokens + passed * WRITES_A_SECOND)
        ((table, requests),) = RequestItems.items()
        taken = min(int(self._tokens), len(requests))
        self._tokens -= taken
        self.written += taken
        if not taken:
            self.refused += 1
            raise client_error("ProvisionedThroughputExceededException")
        return {"UnprocessedItems": {table: requests[taken:]} if taken < len(requests) else {}}


@pytest.mark.requirement("MD-6", "ALL-14")
def test_a_file_of_one_symbol_is_written_at_its_partition_s_pace_and_no_message_fails():
    time, chance = VirtualTime(), random.Random(5)  # noqa: S311
    partition = Partition(time)
    (trigger,) = function.triggers
    assert isinstance(trigger, OnQueue)
    ticks = trigger.batch_size * MAX_TICKS
    writers = trigger.maximum_concurrency * THREADS
    ends_at = function.timeout - data_processor.TIME_RESERVE_MS / 1_000

    def write(writer: int) -> set[tuple[str, int]]:
        table = StateTable(partition, "state", Alone(1), time.sleep, chance.random)  # pyright: ignore[reportArgumentType]  # a fake
        share = [tick(second, sequence=writer) for second in range(ticks // THREADS)]
        return table.write(share, START, lambda: time.now < ends_at)

    unwritten = time.run([lambda writer=writer: write(writer) for writer in range(writers)])
    assert unwritten == [set()] * writers
    assert partition.written == trigger.maximum_concurrency * ticks
    # It was refused again and again, and yet hardly waited for.
    assert partition.refused > 0
    assert time.now < 2 * partition.written / WRITES_A_SECOND
