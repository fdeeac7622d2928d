"""DynamoDB tables, their indexes and streams."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.model.key import Key


class KeyType(StrEnum):
    """Type of a key attribute, in DynamoDB's letters."""

    STRING = "S"
    NUMBER = "N"


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """An attribute that a key is made of."""

    name: str
    type: KeyType


def string(name: str) -> KeyAttribute:
    """A key attribute that holds a string."""
    return KeyAttribute(name, KeyType.STRING)


def number(name: str) -> KeyAttribute:
    """A key attribute that holds a number."""
    return KeyAttribute(name, KeyType.NUMBER)


class StreamView(StrEnum):
    """What a stream record shows of the item."""

    KEYS_ONLY = "KEYS_ONLY"
    NEW_IMAGE = "NEW_IMAGE"
    OLD_IMAGE = "OLD_IMAGE"
    NEW_AND_OLD_IMAGES = "NEW_AND_OLD_IMAGES"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexKey:
    """A global secondary index; sparse where items may lack its partition key.

    `projects` names the attributes carried beside the keys; None carries all, an empty tuple just the keys.
    """

    name: str
    partition_key: KeyAttribute
    sort_key: KeyAttribute | None = None
    projects: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """An index together with the table that it belongs to."""

    table: "Table"
    key: IndexKey

    @property
    def name(self) -> str:
        return self.key.name


@dataclass(frozen=True, slots=True)
class Table:
    """A table: on demand, encrypted with the system's own key or DynamoDB's, with point-in-time recovery.

    `time_to_live` names the number attribute that holds the Unix second after which an item may go.
    """

    name: str
    partition_key: KeyAttribute
    sort_key: KeyAttribute | None = None
    indexes: tuple[IndexKey, ...] = ()
    stream: StreamView | None = None
    time_to_live: str | None = None
    key: Key | None = None

    def index(self, name: str) -> Index:
        """The index of that name; KeyError where the table has none."""
        for key in self.indexes:
            if key.name == name:
                return Index(self, key)
        raise KeyError(f"table '{self.name}' has no index '{name}'; it has: {', '.join(self._index_names()) or 'none'}")

    def key_attributes(self) -> tuple[KeyAttribute, ...]:
        """Every attribute that a key of the table or of an index is made of, once each, by name."""
        keys = [self.partition_key, self.sort_key]
        for index in self.indexes:
            keys += [index.partition_key, index.sort_key]
        return tuple(sorted({key for key in keys if key is not None}, key=lambda key: key.name))

    def _index_names(self) -> Iterable[str]:
        return (key.name for key in self.indexes)
