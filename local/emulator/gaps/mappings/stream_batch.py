"""One batch of a stream, from its first invocation until each of its records has succeeded or was discarded."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.emulator.gaps.mappings.failure_record import Discarded
from local.emulator.gaps.mappings.partial_response import failures

Record = dict[str, Any]
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0


class MappingGoneError(Exception):
    """The mapping was deleted or disabled meanwhile; what is left of the batch stays unread."""


@dataclass(frozen=True)
class StreamBatch:
    """The steps that the batch needs, and the mapping whose settings count; these are read anew each time."""

    mapping: dict[str, Any]
    invoke: Callable[[list[Record]], dict[str, Any]]
    discard: Callable[[Discarded], None]
    resolved: Callable[[Record], None]
    still_wanted: Callable[[], bool]

    def run(self, records: list[Record], retries: int = 0, invocations: int = 0) -> None:
        """Call the function until `records` are done, in their order; `resolved` hears of the last one of each step.

        A partial response goes on at the lowest failed record. A split takes no retry from the mapping's quota.
        """
        pause_s = FIRST_PAUSE_S
        while records := self._young_enough(records, invocations):
            result = self.invoke(records)
            if result.get("throttle"):
                self._wait(pause_s)
            else:
                invocations += 1
                done, records = self._split_off_successes(records, result)
                if done:
                    retries, pause_s = 0, FIRST_PAUSE_S
                elif self.mapping.get("BisectBatchOnFunctionError") and len(records) > 1:
                    middle = len(records) // 2
                    self.run(records[:middle], retries, invocations)
                    records = records[middle:]
                elif 0 <= self._quota() <= retries:
                    self.discard(Discarded(records, "RetryAttemptsExhausted", invocations))
                    self.resolved(records[-1])
                    return
                else:
                    retries += 1
                if records:
                    self._wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _split_off_successes(self, records: list[Record], result: dict[str, Any]) -> tuple[list[Record], list[Record]]:
        """(what is done, what is left): all before the lowest failed record is done."""
        failed = failures(self.mapping, result, [_number(record) for record in records])
        first = next((place for place, record in enumerate(records) if _number(record) in failed), len(records))
        done, left = records[:first], records[first:]
        if done:
            self.resolved(done[-1])
        return done, left

    def _young_enough(self, records: list[Record], invocations: int) -> list[Record]:
        limit_s = int(self.mapping.get("MaximumRecordAgeInSeconds") or -1)
        old = [r for r in records if 0 < limit_s < time.time() - r["dynamodb"]["ApproximateCreationDateTime"]]
        if old:
            self.discard(Discarded(old, "RecordAgeExceeded", invocations))
            self.resolved(old[-1])
        return records[len(old) :]

    def _quota(self) -> int:
        quota = self.mapping.get("MaximumRetryAttempts")
        return -1 if quota is None else int(quota)

    def _wait(self, pause_s: float) -> None:
        time.sleep(pause_s)
        if not self.still_wanted():
            raise MappingGoneError


def _number(record: Record) -> str:
    return record["dynamodb"]["SequenceNumber"]
