"""Many who change something share a save, and saves leave time to others."""

import asyncio
import time
from collections.abc import Iterable

from local.emulator.group_commit import PAUSE, GroupCommit


class Disk:
    """Notes what is saved and when, and fails as long as it is full."""

    def __init__(self, cost_s: float = 0.0) -> None:
        self.saves: list[set[str]] = []
        self.times: list[float] = []
        self.full = False
        self._cost_s = cost_s

    def save(self, names: Iterable[str]) -> float:
        self.times.append(time.monotonic())
        self.saves.append(set(names))
        if self.full:
            raise OSError("No space left on device")
        return self._cost_s


def test_all_who_ask_before_a_save_begins_share_it() -> None:
    async def ask() -> None:
        changes = GroupCommit(disk.save)
        await asyncio.gather(*(changes.saved({name}) for name in ("dynamodb", "sqs", "sqs")))

    disk = Disk()
    asyncio.run(ask())
    assert disk.saves == [{"dynamodb", "sqs"}]


def test_who_asks_once_a_save_has_begun_waits_for_the_next() -> None:
    async def ask() -> None:
        def save(names: Iterable[str]) -> float:
            if not disk.saves:
                late.append(asyncio.ensure_future(changes.saved({"kms"})))
            return disk.save(names)

        late: list[asyncio.Future[None]] = []
        changes = GroupCommit(save)
        await changes.saved({"dynamodb"})
        assert not late[0].done()
        await late[0]

    disk = Disk()
    asyncio.run(ask())
    assert disk.saves == [{"dynamodb"}, {"kms"}]


def test_saves_of_many_writers_leave_two_thirds_of_the_time_to_others_and_all_share_them() -> None:
    async def write(changes: GroupCommit) -> None:
        for _ in range(3):
            await changes.saved({"dynamodb"})

    async def ask() -> None:
        changes = GroupCommit(disk.save)
        await asyncio.gather(*(write(changes) for _ in range(20)))

    disk = Disk(cost_s=0.02)
    asyncio.run(ask())
    assert PAUSE >= 2
    assert len(disk.saves) == 3
    assert all(after - before >= PAUSE * 0.02 for before, after in zip(disk.times, disk.times[1:], strict=False))


def test_who_gives_up_does_not_take_the_save_from_the_others() -> None:
    async def ask() -> None:
        changes = GroupCommit(disk.save)
        given_up = asyncio.ensure_future(changes.saved({"dynamodb"}))
        waiting = asyncio.ensure_future(changes.saved({"sqs"}))
        await asyncio.sleep(0)
        given_up.cancel()
        await waiting

    disk = Disk()
    asyncio.run(ask())
    assert disk.saves == [{"dynamodb", "sqs"}]


def test_a_save_that_fails_fails_for_all_who_share_it_but_not_for_the_next() -> None:
    async def ask() -> None:
        changes = GroupCommit(disk.save)
        answers = await asyncio.gather(*(changes.saved({"dynamodb"}) for _ in range(2)), return_exceptions=True)
        assert [type(answer) for answer in answers] == [OSError, OSError]
        disk.full = False
        await changes.saved({"dynamodb"})

    disk = Disk()
    disk.full = True
    asyncio.run(ask())
    assert len(disk.saves) == 2
