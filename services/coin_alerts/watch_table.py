"""The table price-watch: which coins have armed alerts, and whether the exchange may be called."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from services.coin_alerts.domain.circuit import Circuit
from services.common.conditional_write import written
from services.common.timestamp import utc_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# The partition; another exchange would have one of its own.
EXCHANGE = "default"
CIRCUIT = "circuit"
COIN = "coin#"
# A registration is not questioned before. An arming follows its registration within a function's timeout, and an index
# shows it within seconds: whoever looks after an hour finds it.
LEASE = timedelta(hours=1)


@dataclass(frozen=True)
class Coin:
    """A coin that is watched, and since when its registration stands."""

    symbol: str
    registered_at: str

    def due(self, now: datetime) -> bool:
        """Whether it is time to see if anyone still waits for this coin."""
        return self.registered_at < utc_text(now - LEASE)


@dataclass(frozen=True)
class Watch:
    """What one pass has to do: the coins, and the circuit to the exchange."""

    coins: tuple[Coin, ...]
    circuit: Circuit


class WatchTable:
    """Registers coins and remembers the circuit's state between passes."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read(self) -> Watch:
        """All of it, read consistently."""
        coins: list[Coin] = []
        circuit = Circuit()
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="exchange = :exchange",
            ExpressionAttributeValues={":exchange": {"S": EXCHANGE}},
            ConsistentRead=True,
        )
        for item in (item for page in pages for item in page["Items"]):
            name = str(item["entry"].get("S"))
            if name == CIRCUIT:
                circuit = _circuit(item)
            else:
                coins.append(Coin(name.removeprefix(COIN), str(item["registered_at"].get("S"))))
        return Watch(tuple(coins), circuit)

    def register(self, symbol: str, now: datetime) -> None:
        """The coin is watched for an hour at least."""
        self._client.update_item(
            TableName=self._table,
            Key=_key(COIN + symbol),
            UpdateExpression="SET registered_at = :now",
            ExpressionAttributeValues={":now": {"S": utc_text(now)}},
        )

    def deregister(self, coin: Coin) -> bool:
        """Whether the coin is no longer watched; False when it was registered again in the meantime."""
        return written(
            self._client.delete_item,
            TableName=self._table,
            Key=_key(COIN + coin.symbol),
            ConditionExpression="registered_at = :seen",
            ExpressionAttributeValues={":seen": {"S": coin.registered_at}},
        )

    def save(self, circuit: Circuit) -> None:
        """The circuit's state, for the passes to come."""
        until = {"S": utc_text(circuit.open_until)} if circuit.open_until else {"NULL": True}
        self._client.update_item(
            TableName=self._table,
            Key=_key(CIRCUIT),
            UpdateExpression="SET failures = :failures, open_until = :until",
            ExpressionAttributeValues={":failures": {"N": str(circuit.failures)}, ":until": until},
        )


def _key(entry: str) -> dict[str, Any]:
    return {"exchange": {"S": EXCHANGE}, "entry": {"S": entry}}


def _circuit(item: Any) -> Circuit:
    until = item["open_until"].get("S")
    return Circuit(int(item["failures"]["N"]), datetime.fromisoformat(until).astimezone(UTC) if until else None)
