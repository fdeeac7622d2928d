"""One pass: prices in one call, then just the alerts that they trigger; what time is too short for, the next does."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from botocore.exceptions import BotoCoreError, ClientError

from services.coin_alerts.alert_item import Image, key_of
from services.coin_alerts.armed_alerts import ArmedAlerts, Trigger
from services.coin_alerts.domain.circuit import Circuit
from services.coin_alerts.domain.terms import CONDITIONS
from services.coin_alerts.exchange import MAX_ATTEMPTS, Exchange, ExchangeFailedError
from services.coin_alerts.watch_table import Coin, WatchTable
from services.common.shards import SHARDS
from services.common.telemetry import logger
from services.common.timestamp import Clock
from services.common.workers import Workers

# How many queues of alerts a round takes a page of; their pages are written in parallel.
ROUND = 16
EXCHANGE_BUDGET = timedelta(seconds=20)
# A round, which is at most 800 small writes, and a call that has to be tried again.
TIME_RESERVE_MS = 15_000

MillisecondsLeft = Callable[[], int]


@dataclass
class Pass:
    """What a pass did."""

    coins: int = 0
    triggered: int = 0
    touched: int = 0
    failed: int = 0
    prices_refused: int = 0
    exchange_failed: bool = False
    circuit_open: bool = False
    complete: bool = True


@dataclass(frozen=True)
class PriceChecker:
    """Holds the armed alerts against the exchange's prices."""

    alerts: ArmedAlerts
    watch: WatchTable
    exchange: Exchange
    workers: Workers
    clock: Clock

    def check(self, pass_id: str, milliseconds_left: MillisecondsLeft) -> Pass:
        """One pass. An exchange that fails is logged and counted, not raised: the next minute is the retry."""
        outcome = Pass()
        self._touch_overdue(outcome)
        watch = self.watch.read()
        outcome.coins = len(watch.coins)
        if watch.coins and watch.circuit.admits(self.clock()):
            prices = self._prices(watch.coins, watch.circuit, outcome)
            self._trigger_all(prices, pass_id, milliseconds_left, outcome)
        elif watch.coins:
            logger.warning("exchange left alone", extra={"until": str(watch.circuit.open_until)})
            outcome.circuit_open = True
        self._release(watch.coins, milliseconds_left)
        return outcome

    def _prices(self, coins: Iterable[Coin], circuit: Circuit, outcome: Pass) -> Mapping[str, Decimal]:
        try:
            # An exchange that kept failing is tried once a pass.
            attempts = MAX_ATTEMPTS if circuit.closed else 1
            ticker = self.exchange.ticker((coin.symbol for coin in coins), EXCHANGE_BUDGET, attempts)
        except ExchangeFailedError as failure:
            after = circuit.failed(self.clock(), failure.retry_after)
            logger.error("no prices", extra={"reason": str(failure), "again_at": str(after.open_until or "next pass")})
            self.watch.save(after)
            outcome.exchange_failed = True
            return {}
        if circuit != Circuit():
            self.watch.save(Circuit())
        for coin, reason in ticker.refused.items():
            logger.warning("no price", extra={"coin_symbol": coin, "reason": reason})
        outcome.prices_refused = len(ticker.refused)
        return ticker.prices

    def _trigger_all(
        self, prices: Mapping[str, Decimal], pass_id: str, milliseconds_left: MillisecondsLeft, outcome: Pass
    ) -> None:
        """Triggers page by page, one of each coin and condition in turn, so that a storm in one holds up no other."""
        at = self.clock()
        queues = deque(
            (self.alerts.beyond(coin, condition, price), Trigger(price, at, pass_id))
            for coin, price in prices.items()
            for condition in CONDITIONS
        )
        while queues:
            if milliseconds_left() < TIME_RESERVE_MS:
                logger.warning("pass cut short; the next one goes on")
                outcome.complete = False
                return
            turn = [queues.popleft() for _ in range(min(ROUND, len(queues)))]
            pages = self.workers.map(lambda queue: next(queue[0], None), turn)
            pending = [(queue, page) for queue, page in zip(turn, pages, strict=True) if page is not None]
            queues.extend(queue for queue, _ in pending)
            self._trigger([(alert, trigger) for (_, trigger), page in pending for alert in page], outcome)

    def _trigger(self, alerts: list[tuple[Image, Trigger]], outcome: Pass) -> None:
        def trigger(one: tuple[Image, Trigger]) -> bool | None:
            try:
                return self.alerts.trigger(*one)
            except (ClientError, BotoCoreError) as error:
                _log_failure("alert not triggered; the next pass tries again", one[0], error)
                return None

        done = self.workers.map(trigger, alerts)
        outcome.triggered += done.count(True)
        outcome.failed += done.count(None)

    def _touch_overdue(self, outcome: Pass) -> None:
        """Touches a page of each shard, the longest overdue first; the rest waits for the passes to come."""
        now = self.clock()
        pages = self.workers.map(lambda shard: next(self.alerts.overdue(shard, now)), SHARDS)
        outcome.touched = self.workers.map(self._touch, [alert for page in pages for alert in page]).count(True)

    def _touch(self, alert: Image) -> bool:
        try:
            return self.alerts.touch(alert, self.clock())
        except (ClientError, BotoCoreError) as error:
            _log_failure("alert not touched; the next pass tries again", alert, error)
            return False

    def _release(self, coins: Iterable[Coin], milliseconds_left: MillisecondsLeft) -> None:
        """Renews, once an hour, the registration of a coin that someone still waits for, and ends that of another."""
        for coin in coins:
            if coin.due(self.clock()) and milliseconds_left() >= TIME_RESERVE_MS:
                if self.alerts.any_armed(coin.symbol):
                    self.watch.register(coin.symbol, self.clock())
                else:
                    self.watch.deregister(coin)


def _log_failure(message: str, alert: Image, error: Exception) -> None:
    key = key_of(alert)
    logger.error(message, extra={"user_id": key.user_id, "alert_id": key.alert_id, "reason": str(error)})
