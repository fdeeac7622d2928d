"""Evaluation: record a price, fire the rules that it reaches, publish their alerts.

Each step may be repeated, and cut off anywhere:
- a copy of a price is one entry of history, and finds its rules fired;
- a rule is fired by one conditional write, which no two can win, and which is at the same time the alert's outbox;
- what was fired and not marked as notified is published by the batch pass.
"""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from services.common.telemetry import logger
from services.common.timestamp import Clock
from services.common.workers import Workers
from services.price_alerts.armed_rules import ArmedRules, MalformedItem
from services.price_alerts.domain.alert import Alert
from services.price_alerts.domain.crossing import fires
from services.price_alerts.domain.price_update import PriceUpdate
from services.price_alerts.domain.rule import ArmedRule, Direction
from services.price_alerts.notifier import Notifier
from services.price_alerts.price_history import PriceHistory

# Publishing and marking a page of 100 fired rules takes well under 10 s.
TIME_RESERVE_MS = 10_000
# With less, an evaluation is better left to the next invocation.
TIME_TO_START_MS = 2 * TIME_RESERVE_MS


class EvaluationFailedError(Exception):
    """Rules that a price reached and that could not be fired; the price must be evaluated again."""


@dataclass(frozen=True)
class Evaluation:
    """What one price did: how many rules it fired, how many of their alerts were published, and whether time sufficed.

    `malformed` counts the items that stood among the rules and were disarmed.
    """

    fired: int
    notified: int
    malformed: int
    complete: bool


@dataclass(frozen=True)
class Evaluator:
    """Evaluates prices."""

    history: PriceHistory
    rules: ArmedRules
    notifier: Notifier
    workers: Workers
    clock: Clock

    def evaluate(self, update: PriceUpdate, claimant: str, milliseconds_left: Callable[[], int]) -> Evaluation:
        """Fires what the price reaches, page by page, as far as the time goes.

        `claimant` is unique to this evaluation. Raises EvaluationFailedError after firing all that could be fired, or
        where it could fire nothing in its time.
        """
        latest = self.history.record(update)
        tick = update.tick
        fired = notified = malformed = failed = 0

        def fire(rule: ArmedRule) -> Alert | Exception | None:
            if milliseconds_left() < TIME_RESERVE_MS:
                return None
            try:
                return self.rules.fire(rule, update, claimant, self.clock())
            except (ClientError, BotoCoreError) as error:
                logger.error("rule not fired", extra={"alert_id": rule.alert_id, "reason": str(error)})
                return error

        for direction in Direction:
            for rules, malformed_items in self.rules.reached(tick.symbol, direction, tick.price):
                due = [rule for rule in rules if fires(rule, tick, latest=latest)]
                outcomes = self.workers.map(fire, due)
                alerts = [outcome for outcome in outcomes if isinstance(outcome, Alert)]
                failed += sum(isinstance(outcome, Exception) for outcome in outcomes)
                fired += len(alerts)
                notified += self.notifier.deliver(alerts)
                malformed += len(malformed_items)
                for item in malformed_items:
                    self._disarm(item)
                if milliseconds_left() < TIME_RESERVE_MS:
                    # Handed on, it would fire nothing again.
                    if not fired + malformed:
                        raise EvaluationFailedError(f"the time did not suffice for one rule that {tick.symbol} reached")
                    return Evaluation(fired, notified, malformed, complete=False)
        if failed:
            raise EvaluationFailedError(f"{failed} rules that {tick.symbol} reached could not be fired")
        return Evaluation(fired, notified, malformed, complete=True)

    def _disarm(self, item: MalformedItem) -> None:
        logger.error("malformed rule disarmed", extra={"alert_id": item.alert_id, "reason": item.reason})
        self.rules.disarm(item)
