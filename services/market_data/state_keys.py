"""Where things stand in the state table, whose key is a symbol (S) and a timestamp (N).

| what                 | symbol                           | timestamp                                       |
|----------------------|----------------------------------|-------------------------------------------------|
| a trade              | its symbol, `BTC-USD`            | its place: microsecond and sequence             |
| an aggregate         | the symbol and `#5m`             | the window's first Unix second                  |
| an active symbol     | `#active`                        | a hash of the symbol, whose name is `name`      |
| an object's progress | `#ingestion#<version id>#<key>`  | 0                                               |
| a message made known | `#known#<message id>`            | 0                                               |

No symbol has a `#`, so that none is ever taken for another.
"""

from hashlib import sha256
from typing import Any

ACTIVE = "#active"
KNOWN = "#known#"
# The most that a number of DynamoDB keeps exactly.
_NUMBERS = 10**38


def tick_key(symbol: str, place: int) -> dict[str, Any]:
    """The key of a trade."""
    return _key(symbol, place)


def aggregate_partition(symbol: str) -> str:
    """The partition of a symbol's aggregates."""
    return f"{symbol}#5m"


def aggregate_key(symbol: str, window: int) -> dict[str, Any]:
    """The key of a five-minute window's aggregate."""
    return _key(aggregate_partition(symbol), window)


def symbol_of(partition: str) -> str:
    """The symbol whose aggregates stand in a partition."""
    return partition.removesuffix("#5m")


def active_key(symbol: str) -> dict[str, Any]:
    """The key of a symbol's registration."""
    return _key(ACTIVE, int.from_bytes(sha256(symbol.encode()).digest()) % _NUMBERS)


def progress_key(object_key: str, version_id: str) -> dict[str, Any]:
    """The key of an object's progress."""
    return _key(f"#ingestion#{version_id}#{object_key}", 0)


def known_key(message_id: str) -> dict[str, Any]:
    """The key of a message whose windows have been made known."""
    return _key(f"{KNOWN}{message_id}", 0)


def known_message(partition: str) -> str:
    """The id of the message whose mark stands in a partition."""
    return partition.removeprefix(KNOWN)


def _key(symbol: str, timestamp: int) -> dict[str, Any]:
    return {"symbol": {"S": symbol}, "timestamp": {"N": str(timestamp)}}
