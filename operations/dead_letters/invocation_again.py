"""Invokes a function asynchronously again, with what a failed invocation or an undelivered event had."""

import json
from dataclasses import dataclass
from typing import Any

import msgspec

from operations.dead_letters.letter import Letter
from operations.dead_letters.letter_box import AT_ONCE
from operations.dead_letters.step import NotTakenError, Step
from shared.dead_letters import FailedInvocations, UndeliveredEvents
from shared.model import OnSchedule
from shared.naming import Naming


class InvocationRecord(msgspec.Struct):
    """As much as is needed of Lambda's record: the payload, to the byte."""

    payload: msgspec.Raw = msgspec.field(name="requestPayload")


@dataclass(frozen=True, slots=True)
class InvocationAgain:
    """As whoever invoked it did: Lambda takes the event, retries it, and keeps it where it fails to the last."""

    lambda_: Any
    letters: FailedInvocations | UndeliveredEvents
    naming: Naming
    seconds: int = 10
    at_once: int = AT_ONCE

    def step(self, letter: Letter) -> Step:
        """The payload of Lambda's record, the event on the bus, or the schedule's input."""
        payload = self._payload(letter)
        name = self.letters.function.name
        return Step(f"invoke {name} asynchronously with {self._source()}", lambda: self._invoke(payload))

    def _payload(self, letter: Letter) -> bytes:
        if isinstance(self.letters, FailedInvocations):
            try:
                return bytes(msgspec.json.decode(letter.body, type=InvocationRecord).payload)
            except msgspec.DecodeError as error:
                raise NotTakenError(f"it is no record of an invocation: {error}") from None
        if isinstance(self.letters.rule, OnSchedule):
            return json.dumps(dict(self.letters.rule.input), sort_keys=True).encode()
        return letter.body.encode()

    def _source(self) -> str:
        if isinstance(self.letters, FailedInvocations):
            return "its payload"
        return "the schedule's input" if isinstance(self.letters.rule, OnSchedule) else "its event"

    def _invoke(self, payload: bytes) -> None:
        name = self.naming.name(self.letters.function)
        self.lambda_.invoke(FunctionName=name, InvocationType="Event", Payload=payload)
