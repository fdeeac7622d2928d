"""Processing: trades are written, then their windows touched, then that is made known, then the message is marked.

Each step may be repeated; an event that is marked as put is put no more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from services.common.batch_read import UnreadError
from services.common.invalid_input import InvalidInputError
from services.common.json_body import parse_object
from services.common.telemetry import logger
from services.common.timestamp import Clock
from services.market_data.domain.known_events import KnownEvents
from services.market_data.domain.tick import Tick
from services.market_data.domain.tick_batch import parse_tick_batch
from services.market_data.domain.touched_windows import touched_windows
from services.market_data.domain.window import window_of
from services.market_data.market_data_events import MarketDataEvents
from services.market_data.state_table import StateTable, Touch, Window
from services.market_data.time_left import TimeLeft


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the queue; `message_id` is that of every copy, `receipt` SQS's own of this one."""

    receipt: str
    message_id: str
    ticks: list[Tick]

    @property
    def windows(self) -> set[Window]:
        return {(tick.symbol, window_of(tick.instant)) for tick in self.ticks}


@dataclass(frozen=True, slots=True)
class Processed:
    """The receipts of the messages that must come again, and how many trades were written, and came too late."""

    failed: frozenset[str]
    ticks: int
    late: int


@dataclass(frozen=True)
class Processing:
    """Takes messages of the processing queue to the state table and the bus."""

    table: StateTable
    events: MarketDataEvents
    clock: Clock

    def process(self, records: Sequence[Mapping[str, Any]], time_left: TimeLeft) -> Processed:
        """Processes SQS records; a message has failed where any of its trades, windows or events has.

        While time is left, trades wait for capacity of the table.
        """
        now = self.clock()
        messages, failed = _messages(records)
        unwritten = self.table.write((tick for message in messages for tick in message.ticks), now, time_left)
        written = [m for m in messages if not any((tick.symbol, tick.place) in unwritten for tick in m.ticks)]
        # After the trades: whoever sees the mark must see them, too.
        touches = self.table.touch({window for message in written for window in message.windows}, now)
        self.table.register({tick.symbol for message in written for tick in message.ticks}, now)
        known = self._make_known(written, touches, now)
        failed |= {m.receipt for m in messages if m.receipt not in known}
        late = sum(touches[tick.symbol, window_of(tick.instant)] is Touch.CLOSED for m in written for tick in m.ticks)
        return Processed(frozenset(failed), sum(len(m.ticks) for m in messages if m.receipt in known), late)

    def _make_known(self, messages: list[Message], touches: Mapping[Window, Touch], now: datetime) -> set[str]:
        """The receipts of the messages all of whose windows are touched and made known, now or by an earlier copy."""
        touched = [m for m in messages if all(touches[window] is not Touch.FAILED for window in m.windows)]
        try:
            found = self.table.known({m.message_id for m in touched})
        except (ClientError, BotoCoreError, UnreadError) as error:
            logger.error("windows not made known", extra={"messages": len(touched), "reason": str(error)})
            return set()
        known = {m.message_id: found.get(m.message_id, KnownEvents()) for m in touched}
        # Copies touch their windows again, and leave these to the schedule.
        left = {
            m.message_id: {
                event.message_id: event
                for event in touched_windows(m.message_id, (w for w in m.windows if touches[w] is Touch.DONE))
                if event.message_id not in known[m.message_id].message_ids
            }
            for m in touched
            if not known[m.message_id].all
        }
        put = self.events.put(event for of_message in left.values() for event in of_message.values())
        after = {cause: known[cause].after(of_message.keys(), put) for cause, of_message in left.items()}
        self.table.remember({cause: now_known for cause, now_known in after.items() if now_known != known[cause]}, now)
        return {m.receipt for m in touched if (known | after)[m.message_id].all}


def _messages(records: Sequence[Mapping[str, Any]]) -> tuple[list[Message], set[str]]:
    """The messages in records, and the receipts of those records that hold none."""
    messages: list[Message] = []
    poison: set[str] = set()
    for record in records:
        receipt = str(record["messageId"])
        attribute = record.get("messageAttributes", {}).get("message_id", {})
        try:
            ticks = parse_tick_batch(parse_object(record["body"].encode()))
            messages.append(Message(receipt, str(attribute.get("stringValue", receipt)), ticks))
        except InvalidInputError as error:
            logger.error("message is no batch of ticks", extra={"receipt": receipt, "reason": error.message})
            poison.add(receipt)
    return messages, poison
