"""Routing: send what is unrouted, then mark it; from the stream at once, from the sweep what the stream has missed.

Who may send an event is never in doubt, so that a second copy needs a crash or a lost reply between send and mark:
- up to 5 minutes of age only the stream sends it, and Lambda runs one invocation at a time for an item;
- from 7 minutes on the sweep may send it, too. In between a stream invocation of at most 60 s has ended.
- beyond 5 minutes the sender needs the event's claim, a conditional update that two can't win.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from services.common.shards import SHARDS
from services.common.telemetry import logger
from services.common.timestamp import Clock, utc_text
from services.transactions.event_queues import EventQueues
from services.transactions.outbox import Image, Outbox, PoisonItemError, StoredEvent, stored_event

STREAM_ALONE = timedelta(minutes=5)
SWEEP_AFTER = timedelta(minutes=7)
STREAM = "stream"
# A page of 25 events, each sent and marked, is done in well under 10 s.
TIME_RESERVE_MS = 10_000


@dataclass(frozen=True)
class Routed:
    """What one pass did: the ids it routed and those it could not send.

    What it sent and could not mark is in neither. Tried again at once, it would be sent at each try while no mark can
    be written; the sweep sends it at most once more, for it writes a claim first.
    """

    routed: frozenset[str]
    failed: frozenset[str]
    complete: bool = True


@dataclass(frozen=True)
class Router:
    """Takes unrouted events from the outbox to their queues."""

    outbox: Outbox
    queues: EventQueues
    clock: Clock

    def route(self, images: Iterable[Image]) -> Routed:
        """Routes those of the stream's images whose events are still unrouted.

        A redelivered image may be stale, so the present items decide.
        """
        awaited = [image for image in images if "unrouted" in image and "claimed_until" not in image]
        present = self.outbox.unrouted({str(image["event_id"]["S"]) for image in awaited})
        return self._deliver(present.values(), STREAM, utc_text(self.clock() - STREAM_ALONE))

    def sweep(self, claimant: str, milliseconds_left: Callable[[], int]) -> Routed:
        """Routes what has been unrouted for seven minutes, as far as the time goes; the next sweep takes the rest."""
        before = self.clock() - SWEEP_AFTER
        routed: set[str] = set()
        failed: set[str] = set()
        for shard in SHARDS:
            for event_ids in self.outbox.stale(shard, before):
                if milliseconds_left() < TIME_RESERVE_MS:
                    return Routed(frozenset(routed), frozenset(failed), complete=False)
                present = self.outbox.unrouted(event_ids)
                outcome = self._deliver(present.values(), claimant, utc_text(before))
                routed |= outcome.routed
                failed |= outcome.failed
        return Routed(frozenset(routed), frozenset(failed))

    def _deliver(self, items: Iterable[Image], claimant: str, claim_before: str) -> Routed:
        """Sends and marks; events received before `claim_before` only if they can be claimed."""
        failed: set[str] = set()
        ready: dict[str, StoredEvent] = {}
        for item in items:
            event_id = str(item["event_id"]["S"])
            try:
                event = stored_event(item)
                if event.received_at >= claim_before or self.outbox.claim(event_id, claimant, self.clock()):
                    ready[event_id] = event
            except (PoisonItemError, ClientError, BotoCoreError) as error:
                logger.error("event not routed", extra={"event_id": event_id, "reason": str(error)})
                failed.add(event_id)
        sent = self.queues.send(ready.values())
        marked = {event_id for event_id in sent if self._mark(ready[event_id])}
        return Routed(frozenset(marked), frozenset(failed | (ready.keys() - sent)))

    def _mark(self, event: StoredEvent) -> bool:
        log: Mapping[str, Any] = {"event_id": event.event_id, "correlation_id": event.correlation_id}
        try:
            self.outbox.mark_routed(event.event_id, self.clock())
        except (ClientError, BotoCoreError) as error:
            logger.error("event sent but not marked; a second copy may follow", extra={**log, "reason": str(error)})
            return False
        logger.info("event routed", extra={**log, "transaction_type": event.transaction_type})
        return True
