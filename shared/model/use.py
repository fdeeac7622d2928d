"""What a function may do with an element: the one line from which grant and environment variable derive."""

from dataclasses import dataclass
from enum import StrEnum

from shared.model.bucket import Bucket, Objects
from shared.model.ciphertext import Ciphertext
from shared.model.event_bus import EventBus
from shared.model.metrics import OwnMetrics
from shared.model.queue import DeadLetterQueue, Queue
from shared.model.secret import SecretParameter
from shared.model.table import Index, Table
from shared.model.topic import Topic


class Access(StrEnum):
    """The verb of a use."""

    GETS = "gets"
    GETS_BATCHES = "gets batches"
    PUTS = "puts"
    UPDATES = "updates"
    DELETES = "deletes"
    WRITES_BATCHES = "writes batches"
    QUERIES = "queries"
    READS_STREAM = "reads stream"
    SENDS = "sends"
    RECEIVES = "receives"
    PUBLISHES = "publishes"
    PUTS_EVENTS = "puts events"
    PUTS_METRICS = "puts metrics"
    READS_OBJECTS = "reads objects"
    WRITES_OBJECTS = "writes objects"
    DECRYPTS = "decrypts"
    READS_SECRET = "reads secret"  # noqa: S105 - a verb


Target = (
    Table | Index | Objects | Queue | DeadLetterQueue | Topic | EventBus | OwnMetrics | SecretParameter | Ciphertext
)


@dataclass(frozen=True, slots=True)
class Use:
    """A function's access to an element."""

    access: Access
    target: Target


def gets(table: Table) -> Use:
    """Reads single items by their keys."""
    return Use(Access.GETS, table)


def gets_batches(table: Table) -> Use:
    """Reads items by their keys, many in one call."""
    return Use(Access.GETS_BATCHES, table)


def puts(table: Table) -> Use:
    """Writes whole items, one at a time."""
    return Use(Access.PUTS, table)


def updates(table: Table) -> Use:
    """Changes attributes of single items."""
    return Use(Access.UPDATES, table)


def deletes(table: Table) -> Use:
    """Deletes single items."""
    return Use(Access.DELETES, table)


def writes_batches(table: Table) -> Use:
    """Puts or deletes items, many in one call and none under a condition."""
    return Use(Access.WRITES_BATCHES, table)


def queries(target: Table | Index) -> Use:
    """Reads the items of one partition of a table or of one of its indexes."""
    return Use(Access.QUERIES, target)


def sends(queue: Queue) -> Use:
    """Sends messages to a queue."""
    return Use(Access.SENDS, queue)


def publishes(topic: Topic) -> Use:
    """Publishes messages to a topic."""
    return Use(Access.PUBLISHES, topic)


def puts_events(bus: EventBus) -> Use:
    """Puts custom events on a bus."""
    return Use(Access.PUTS_EVENTS, bus)


def puts_metrics() -> Use:
    """Puts metric data into the system's own namespace."""
    return Use(Access.PUTS_METRICS, OwnMetrics())


def reads_objects(bucket: Bucket, prefix: str = "") -> Use:
    """Reads objects, and old versions of them, under a prefix."""
    return Use(Access.READS_OBJECTS, Objects(bucket, prefix))


def writes_objects(bucket: Bucket, prefix: str) -> Use:
    """Writes objects under a prefix."""
    return Use(Access.WRITES_OBJECTS, Objects(bucket, prefix))


def decrypts(ciphertext: Ciphertext) -> Use:
    """Carries a secret as ciphertext and decrypts it."""
    return Use(Access.DECRYPTS, ciphertext)


def reads_secret(secret: SecretParameter) -> Use:
    """Reads and decrypts a secret parameter."""
    return Use(Access.READS_SECRET, secret)
