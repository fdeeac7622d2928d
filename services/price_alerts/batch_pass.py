"""The batch pass: evaluates each active symbol's latest price again, and publishes the alerts that a crash left behind.

It finds what no price could: rules that were created or re-armed since the last one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from services.common.shards import SHARDS
from services.common.telemetry import logger
from services.common.timestamp import Clock
from services.common.workers import Workers
from services.price_alerts.domain.alert import Alert
from services.price_alerts.evaluator import TIME_RESERVE_MS
from services.price_alerts.notifier import Notifier
from services.price_alerts.outbox import PoisonAlertError
from services.price_alerts.price_history import PriceHistory
from services.price_alerts.price_queue import PriceQueue

# More than twice what the function may run: who fired a rule before that publishes nothing any more.
SWEEP_AFTER = timedelta(seconds=120)


class BatchPassFailedError(Exception):
    """What the pass could not do; Lambda's failure destination tells an operator."""


@dataclass(frozen=True)
class BatchOutcome:
    """How many symbols were queued for evaluation, how many alerts published late, and whether time sufficed."""

    symbols: int
    notified: int
    complete: bool


@dataclass(frozen=True)
class BatchPass:
    """Runs every five minutes."""

    history: PriceHistory
    queue: PriceQueue
    notifier: Notifier
    workers: Workers
    clock: Clock

    def run(self, claimant: str, milliseconds_left: Callable[[], int]) -> BatchOutcome:
        """Queues the latest prices, then sweeps the outbox; BatchPassFailedError after doing all that could be done."""
        symbols = list(self.history.active_symbols(self.clock()))
        updates = list(self.history.latest(symbols))
        unsent = len(self.queue.send(updates))
        notified, failed, complete = self._sweep(claimant, milliseconds_left)
        if unsent or failed:
            raise BatchPassFailedError(f"{unsent} latest prices were not queued, {failed} alerts not published")
        return BatchOutcome(len(updates), notified, complete)

    def _sweep(self, claimant: str, milliseconds_left: Callable[[], int]) -> tuple[int, int, bool]:
        """How many alerts were published, how many could not be, and whether time sufficed."""
        before = self.clock() - SWEEP_AFTER
        notified = failed = 0

        def claim(key: dict[str, Any]) -> Alert | Exception | None:
            try:
                return self.notifier.outbox.claim(key, claimant, self.clock())
            except (PoisonAlertError, ClientError, BotoCoreError) as error:
                logger.error("alert not claimed", extra={"reason": str(error)})
                return error

        for shard in SHARDS:
            for keys in self.notifier.outbox.stale(shard, before):
                if milliseconds_left() < TIME_RESERVE_MS:
                    return notified, failed, False
                outcomes = self.workers.map(claim, keys)
                alerts = [outcome for outcome in outcomes if isinstance(outcome, Alert)]
                delivered = self.notifier.deliver(alerts)
                notified += delivered
                failed += sum(isinstance(outcome, Exception) for outcome in outcomes) + len(alerts) - delivered
        return notified, failed, True
