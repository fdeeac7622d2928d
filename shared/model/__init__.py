"""The vocabulary in which a system is described once."""

from shared.model.api import Api, Route, Throttle
from shared.model.ciphertext import Ciphertext
from shared.model.duration import days, minutes, seconds
from shared.model.function import AsynchronousRetries, Function
from shared.model.key import Key
from shared.model.queue import DeadLetterQueue, Queue, QueueEncryption
from shared.model.role import Role
from shared.model.secret import SecretParameter
from shared.model.system import System
from shared.model.table import Index, IndexKey, KeyAttribute, KeyType, StreamView, Table, number, string
from shared.model.topic import Topic
from shared.model.trigger import OnQueue, OnSchedule, OnStream, StartingPosition, Trigger
from shared.model.use import (
    Access,
    Use,
    decrypts,
    deletes,
    gets,
    gets_batches,
    publishes,
    puts,
    queries,
    reads_secret,
    sends,
    updates,
)

__all__ = [
    "Access",
    "Api",
    "AsynchronousRetries",
    "Ciphertext",
    "DeadLetterQueue",
    "Function",
    "Index",
    "IndexKey",
    "Key",
    "KeyAttribute",
    "KeyType",
    "OnQueue",
    "OnSchedule",
    "OnStream",
    "Queue",
    "QueueEncryption",
    "Role",
    "Route",
    "SecretParameter",
    "StartingPosition",
    "StreamView",
    "System",
    "Table",
    "Throttle",
    "Topic",
    "Trigger",
    "Use",
    "days",
    "decrypts",
    "deletes",
    "gets",
    "gets_batches",
    "minutes",
    "number",
    "publishes",
    "puts",
    "queries",
    "reads_secret",
    "seconds",
    "sends",
    "string",
    "updates",
]
