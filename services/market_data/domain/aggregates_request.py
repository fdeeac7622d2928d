"""The body of POST /aggregates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.common.invalid_input import InvalidInputError, shown
from services.common.timestamp import parse_timestamp
from services.market_data.domain.instant import to_micros
from services.market_data.domain.tick import parse_symbol
from services.market_data.domain.window import LENGTHS, start_of

DEFAULT_LIMIT = 288
MAX_LIMIT = 1_000
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class AggregatesRequest:
    """Windows of a length, in seconds, that begin from `start` on and before `end`, in Unix seconds."""

    symbol: str
    window: str
    start: int
    end: int
    limit: int

    @property
    def length(self) -> int:
        return LENGTHS[self.window]


def parse_aggregates_request(body: Mapping[str, Any]) -> AggregatesRequest:
    """The request in a parsed body; InvalidInputError names the first member that is missing or wrong.

    The window in which `from` lies is the first one; a `token` of an earlier page moves it on.
    """
    symbol = parse_symbol(_required(body, "symbol"), "symbol")
    window = body.get("window", "5m")
    if not isinstance(window, str) or window not in LENGTHS:
        raise InvalidInputError("window", f"window is {shown(window)}; allowed are {', '.join(LENGTHS)}")
    first, end = _micros(_required(body, "from"), "from"), _micros(_required(body, "to"), "to")
    if end <= first:
        raise InvalidInputError("to", "to is not after from")
    # The window in which `from` lies, and those that begin before `to`, both to the microsecond.
    start, end = start_of(first // _MICROSECONDS, LENGTHS[window]), -(-end // _MICROSECONDS)
    if body.get("token") is not None:
        start = _resumed(body["token"], start, end, LENGTHS[window])
    return AggregatesRequest(symbol, window, start, end, _limit(body.get("limit", DEFAULT_LIMIT)))


def _required(body: Mapping[str, Any], field: str) -> object:
    value = body.get(field)
    if value is None:
        raise InvalidInputError(field, f"{field} is missing; required are symbol, from, to")
    return value


def _micros(value: object, field: str) -> int:
    return to_micros(parse_timestamp(value, field))


def _resumed(token: object, start: int, end: int, length: int) -> int:
    try:
        resumed, rest = divmod(_micros(token, "token"), _MICROSECONDS)
    except InvalidInputError:
        resumed = rest = -1
    if not start <= resumed < end or resumed % length or rest:
        raise InvalidInputError("token", f"token is {shown(token)}; allowed is the next_token of an earlier page")
    return resumed


def _limit(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_LIMIT:
        raise InvalidInputError("limit", f"limit is {shown(value)}; allowed is 1 to {MAX_LIMIT}")
    return value
