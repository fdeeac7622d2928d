"""The exchange: asked again when it fails, as it wishes, and never for longer than a pass can wait."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from services.coin_alerts.domain.retry import Random, backoff, parse_retry_after
from services.coin_alerts.domain.ticker import Ticker, parse_ticker
from services.coin_alerts.endpoint import Answer, UnreachableError
from services.common.invalid_input import InvalidInputError
from services.common.telemetry import logger
from services.common.timestamp import Clock

MAX_ATTEMPTS = 4
ATTEMPT_SECONDS = 8.0
# What this exchange answers to those who go on after a 429.
BANNED = 418
_TRANSIENT: frozenset[int] = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, BANNED})
_ADVICE: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "set an endpoint with a valid key",
    HTTPStatus.FORBIDDEN: "set an endpoint that we may call",
    HTTPStatus.NOT_FOUND: "set the endpoint to the ticker's path",
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: "it serves nobody in this region; set the endpoint of one that does",
}


class ExchangeFailedError(Exception):
    """No prices this time; `retry_after` is the wait that the exchange asked for."""

    def __init__(self, message: str, retry_after: timedelta | None = None, *, transient: bool = True) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.transient = transient


@dataclass(frozen=True)
class Exchange:
    """Asks for the ticker; `fetch` makes one call within so many seconds, `sleep` waits for so many."""

    fetch: Callable[[float], Answer]
    clock: Clock
    sleep: Callable[[float], None]
    random: Random

    def ticker(self, coins: Iterable[str], budget: timedelta, attempts: int = MAX_ATTEMPTS) -> Ticker:
        """The prices of the coins, all from one answer; ExchangeFailedError when none came within the budget."""
        wanted = list(coins)
        deadline = self.clock() + budget
        retries = 0
        while True:
            try:
                return self._ask(wanted, deadline)
            except ExchangeFailedError as failure:
                wait = backoff(retries, self.random) if failure.retry_after is None else failure.retry_after
                retries += 1
                # A wait beyond the budget is for the passes to come.
                if retries == attempts or not failure.transient or self.clock() + wait >= deadline:
                    raise
                logger.warning(
                    "exchange is asked again", extra={"reason": str(failure), "wait_s": wait.total_seconds()}
                )
            self.sleep(wait.total_seconds())

    def _ask(self, coins: list[str], deadline: datetime) -> Ticker:
        try:
            answer = self.fetch(min(ATTEMPT_SECONDS, (deadline - self.clock()).total_seconds()))
            if answer.status == HTTPStatus.OK:
                return parse_ticker(answer.body, coins)
        except UnreachableError as error:
            raise ExchangeFailedError(str(error)) from None
        except InvalidInputError as error:
            raise ExchangeFailedError(error.message) from None
        status = answer.status
        transient = status in _TRANSIENT or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        retry_after = parse_retry_after(answer.retry_after, self.clock())
        advice = _ADVICE.get(status, "" if transient else "set the endpoint to where the ticker is")
        raise ExchangeFailedError(
            f"the exchange answered {status}" + (f": {advice}" if advice else ""), retry_after, transient=transient
        )
