"""The processor's side of the state table: trades, the windows that they touch, and the symbols that are active."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from services.common.amount import plain
from services.common.aws_errors import condition_failed, throttled
from services.common.batch_read import read_items
from services.common.shards import shard_of
from services.common.telemetry import logger
from services.common.timestamp import utc_text
from services.common.workers import Workers
from services.market_data.domain.known_events import KnownEvents
from services.market_data.domain.tick import Tick
from services.market_data.state_keys import active_key, aggregate_key, known_key, known_message, tick_key
from services.market_data.time_left import TimeLeft

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

TICKS_KEPT = timedelta(days=30)
# A day before the first of its trades can expire a window closes: from then on it could only be computed in part.
WINDOW_OPEN = timedelta(days=29)
AGGREGATES_KEPT = timedelta(days=400)
ACTIVE_FOR = timedelta(hours=24)
# A registration is renewed at most so often: it is one item, while trades are many.
RENEWED_AFTER = timedelta(hours=1)

# Of a message's mark, where not all of its events were put.
EVENTS = "events"

WRITES_A_CALL = 25
READS_A_CALL = 100
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2

TickId = tuple[str, int]
Window = tuple[str, int]


class Touch(Enum):
    """What came of touching a window."""

    DONE = "done"
    CLOSED = "closed"
    FAILED = "failed"


class StateTable:
    """Writes trades and marks; each write can be repeated without harm."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        workers: Workers,
        pause: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        """`pause` takes seconds, `random` is uniform from 0 up to 1."""
        self._client = client
        self._table = table
        self._workers = workers
        self._pause = pause
        self._random = random

    def write(self, ticks: Iterable[Tick], now: datetime, time_left: TimeLeft) -> set[TickId]:
        """Keeps the trades for 30 days; those that were not written, by symbol and place, are returned.

        Trades that the table has no capacity for are tried again as long as there is time.
        """
        expires_at = _seconds(now + TICKS_KEPT)
        # Of copies in one call DynamoDB would refuse the whole.
        items = [_item(tick, expires_at) for tick in {(tick.symbol, tick.place): tick for tick in ticks}.values()]
        calls = [items[start : start + WRITES_A_CALL] for start in range(0, len(items), WRITES_A_CALL)]
        unwritten = self._workers.map(lambda call: self._write(call, time_left), calls)
        return {tick_id for of_call in unwritten for tick_id in of_call}

    def touch(self, windows: Iterable[Window], now: datetime) -> dict[Window, Touch]:
        """Marks windows as to be computed anew, so that every computation begun before is known to be outdated."""
        todo = list(windows)
        return dict(zip(todo, self._workers.map(lambda window: self._touch(window, now), todo), strict=True))

    def register(self, symbols: Collection[str], now: datetime) -> None:
        """Has the symbols active for 24 hours; where that fails they are registered with their next trades."""
        try:
            known = {str(item["name"]["S"]): int(item["expires_at"]["N"]) for item in self._registered(symbols)}
            fresh = (now + ACTIVE_FOR - RENEWED_AFTER).timestamp()
            self._workers.map(
                lambda symbol: self._register(symbol, now), [s for s in symbols if known.get(s, 0) < fresh]
            )
        except (ClientError, BotoCoreError) as error:
            logger.error("symbols not registered as active", extra={"reason": str(error)})

    def known(self, message_ids: Collection[str]) -> dict[str, KnownEvents]:
        """Those of at most 100 messages of which events have been put; UnreadError or botocore's errors."""
        keys = [known_key(message_id) for message_id in set(message_ids)]
        items = read_items(self._client, self._table, keys, consistent=True) if keys else ()
        return {known_message(str(item["symbol"]["S"])): _known_events(item) for item in items}

    def remember(self, known: Mapping[str, KnownEvents], now: datetime) -> None:
        """Keeps which events of messages have been put, until their windows have closed; a failure is logged."""
        self._workers.map(lambda message_id: self._remember(message_id, known[message_id], now), known)

    def _write(self, items: list[dict[str, Any]], time_left: TimeLeft) -> set[TickId]:
        requests: Any = [{"PutRequest": {"Item": item}} for item in items]
        longest = FIRST_PAUSE_SECONDS
        try:
            while time_left():
                requests = self._unprocessed(requests)
                if not requests:
                    return set()
                # A partition takes 1,000 writes a second, and several invocations may share it: by chance they spread.
                self._pause(self._random() * longest)
                longest = min(2 * longest, LONGEST_PAUSE_SECONDS)
            reason = "the table had no capacity for them in time"
        except (ClientError, BotoCoreError) as error:
            reason = str(error)
        logger.error("ticks not written", extra={"ticks": len(requests), "reason": reason})
        left = (request["PutRequest"]["Item"] for request in requests)
        return {(str(item["symbol"]["S"]), int(item["timestamp"]["N"])) for item in left}

    def _unprocessed(self, requests: Any) -> Any:
        try:
            answer = self._client.batch_write_item(RequestItems={self._table: requests})
        except ClientError as error:
            # Where there is capacity for none at all, DynamoDB refuses the call instead of answering all of it.
            if throttled(error):
                return requests
            raise
        return answer["UnprocessedItems"].get(self._table, [])

    def _touch(self, window: Window, now: datetime) -> Touch:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=aggregate_key(*window),
                UpdateExpression=(
                    "SET dirty = :shard, touched_at = if_not_exists(touched_at, :touched_at), "
                    "closes_at = if_not_exists(closes_at, :closes_at), expires_at = :expires_at ADD touched :one"
                ),
                ConditionExpression="attribute_not_exists(closes_at) OR closes_at > :now",
                ExpressionAttributeValues={
                    ":shard": {"S": _shard(window)},
                    ":touched_at": {"S": utc_text(now)},
                    ":closes_at": {"N": _seconds(now + WINDOW_OPEN)},
                    ":expires_at": {"N": _seconds(now + AGGREGATES_KEPT)},
                    ":now": {"N": _seconds(now)},
                    ":one": {"N": "1"},
                },
            )
        except ClientError as error:
            if condition_failed(error):
                return Touch.CLOSED
            return _failed(window, error)
        except BotoCoreError as error:
            return _failed(window, error)
        return Touch.DONE

    def _remember(self, message_id: str, known: KnownEvents, now: datetime) -> None:
        item: dict[str, Any] = known_key(message_id) | {"expires_at": {"N": _seconds(now + TICKS_KEPT)}}
        if not known.all:
            item[EVENTS] = {"SS": sorted(known.message_ids)}
        try:
            self._client.put_item(TableName=self._table, Item=item)
        except (ClientError, BotoCoreError) as error:
            # A copy of the message is made known again, which its consumers can tell; the message itself is done.
            logger.error("message not marked as known", extra={"message_id": message_id, "reason": str(error)})

    def _registered(self, symbols: Collection[str]) -> Iterator[Mapping[str, Any]]:
        keys = [active_key(symbol) for symbol in symbols]
        for start in range(0, len(keys), READS_A_CALL):
            request: Any = {self._table: {"Keys": keys[start : start + READS_A_CALL]}}
            answer = self._client.batch_get_item(RequestItems=request)
            # What stays unread counts as unknown: it is written once too often.
            yield from answer["Responses"].get(self._table, [])

    def _register(self, symbol: str, now: datetime) -> None:
        item = active_key(symbol) | {"name": {"S": symbol}, "expires_at": {"N": _seconds(now + ACTIVE_FOR)}}
        self._client.put_item(TableName=self._table, Item=item)


def _item(tick: Tick, expires_at: str) -> dict[str, Any]:
    return tick_key(tick.symbol, tick.place) | {
        "price": {"N": plain(tick.price)},
        "quantity": {"N": plain(tick.size)},
        "expires_at": {"N": expires_at},
    }


def _failed(window: Window, error: Exception) -> Touch:
    logger.error("window not touched", extra={"symbol": window[0], "window": window[1], "reason": str(error)})
    return Touch.FAILED


def _shard(window: Window) -> str:
    return shard_of(f"{window[0]}#{window[1]}")


def _seconds(instant: datetime) -> str:
    return str(int(instant.timestamp()))


def _known_events(item: Mapping[str, Any]) -> KnownEvents:
    if EVENTS in item:
        return KnownEvents(frozenset(item[EVENTS]["SS"]))
    return KnownEvents(all=True)
