"""Hands a batch of a stream's records to its function again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from operations.batches import batches
from operations.dead_letters.letter import Letter
from operations.dead_letters.step import NotTakenError, Step
from operations.dead_letters.stream_position import ForgottenError, Record, StreamReader, position_in
from shared.dead_letters import FailedRecords
from shared.model import OnSchedule, OnStream
from shared.naming import Naming
from shared.runbooks import Runbook


@dataclass(frozen=True, slots=True)
class RecordsAgain:
    """Waits for the function's answer, since nobody else keeps what fails in it.

    Where the stream has forgotten the records, a function that a schedule runs as well finds in its table what it
    missed: then it is run as that schedule runs it.
    """

    lambda_: Any
    reader: StreamReader
    letters: FailedRecords
    naming: Naming
    # The others need not be out of sight meanwhile.
    at_once: int = 1

    @property
    def seconds(self) -> int:
        return self.letters.function.timeout + 30

    def step(self, letter: Letter) -> Step:
        """The records that the trigger's filter lets through; NotTakenError where nothing is left to hand over."""
        position = position_in(letter.body)
        trigger = self._trigger(position.table_name)
        try:
            records = [record for record in self.reader.records(position) if fits(trigger, record)]
        except ForgottenError:
            return self._sweep()
        if not records:
            raise NotTakenError(f"{self.letters.function.name} wants none of its records any more")
        says = f"invoke {self.letters.function.name} with {len(records)} records of {trigger.table.name}"
        return Step(says, lambda: self._hand_over(records, trigger))

    def _trigger(self, table_name: str) -> OnStream:
        for trigger in self.letters.function.streams:
            if self.naming.name(trigger.table) == table_name:
                return trigger
        raise NotTakenError(f"{self.letters.function.name} is no longer fed by {table_name}")

    def _sweep(self) -> Step:
        forgotten = "the stream has forgotten its records, which are older than a day"
        schedule = next(self.letters.function.schedules, None)
        if schedule is None:
            raise NotTakenError(f"{forgotten}; {Runbook.FAILED_RECORDS.value} says how they are made up for")
        says = f"{forgotten}: run {self.letters.function.name} as {schedule.name} does"
        return Step(says, lambda: self._sweep_once(schedule))

    def _sweep_once(self, schedule: OnSchedule) -> None:
        self._invoke(dict(schedule.input))

    def _hand_over(self, records: Sequence[Record], trigger: OnStream) -> None:
        for batch in batches(records, trigger.batch_size):
            said = self._invoke({"Records": batch})
            if failed := said.get("batchItemFailures"):
                name = self.letters.function.name
                raise NotTakenError(f"{len(failed)} of its records failed again: just logs {name} says why")

    def _invoke(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the function answers; NotTakenError where it failed."""
        payload = json.dumps(event).encode()
        answer = self.lambda_.invoke(FunctionName=self.naming.name(self.letters.function), Payload=payload)
        said = json.loads(answer["Payload"].read() or b"null") or {}
        if "FunctionError" in answer:
            error = f"{said.get('errorType')}: {said.get('errorMessage')}"
            raise NotTakenError(f"{self.letters.function.name} failed: {error}")
        return said


def fits(trigger: OnStream, record: Record) -> bool:
    """Whether the trigger's filter lets the record through to the function."""
    if trigger.event_names and record["eventName"] not in trigger.event_names:
        return False
    image = record["dynamodb"].get("NewImage", {})
    return trigger.having is None or trigger.having.type.value in image.get(trigger.having.name, {})
