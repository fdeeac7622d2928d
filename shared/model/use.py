"""What a function may do with an element: the one line from which grant and environment variable derive."""

from dataclasses import dataclass
from enum import StrEnum

from shared.model.ciphertext import Ciphertext
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
    QUERIES = "queries"
    READS_STREAM = "reads stream"
    SENDS = "sends"
    RECEIVES = "receives"
    PUBLISHES = "publishes"
    DECRYPTS = "decrypts"
    READS_SECRET = "reads secret"  # noqa: S105 - a verb


Target = Table | Index | Queue | DeadLetterQueue | Topic | SecretParameter | Ciphertext


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


def queries(target: Table | Index) -> Use:
    """Reads the items of one partition of a table or of one of its indexes."""
    return Use(Access.QUERIES, target)


def sends(queue: Queue) -> Use:
    """Sends messages to a queue."""
    return Use(Access.SENDS, queue)


def publishes(topic: Topic) -> Use:
    """Publishes messages to a topic."""
    return Use(Access.PUBLISHES, topic)


def decrypts(ciphertext: Ciphertext) -> Use:
    """Carries a secret as ciphertext and decrypts it."""
    return Use(Access.DECRYPTS, ciphertext)


def reads_secret(secret: SecretParameter) -> Use:
    """Reads and decrypts a secret parameter."""
    return Use(Access.READS_SECRET, secret)
