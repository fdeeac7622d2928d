"""The vocabulary in which a system is described once."""

from shared.model.api import Api, Authorization, Route, Throttle
from shared.model.bucket import Bucket, Objects
from shared.model.ciphertext import Ciphertext
from shared.model.denial import Denial, Forbidden, changes_bucket, deletes_table, leaves_tls, writes_outside
from shared.model.duration import days, minutes, seconds
from shared.model.event_bus import EventBus
from shared.model.function import AsynchronousRetries, Function
from shared.model.key import Key
from shared.model.metrics import OwnMetrics
from shared.model.queue import DeadLetterQueue, Queue, QueueEncryption
from shared.model.role import Role
from shared.model.secret import SecretParameter
from shared.model.system import System
from shared.model.table import Index, IndexKey, KeyAttribute, KeyType, StreamView, Table, number, string
from shared.model.topic import Topic
from shared.model.trigger import (
    OnEvent,
    OnLogs,
    OnObjectCreated,
    OnQueue,
    OnSchedule,
    OnStream,
    Rule,
    StartingPosition,
    Trigger,
)
from shared.model.use import (
    Access,
    Use,
    decrypts,
    deletes,
    gets,
    gets_batches,
    publishes,
    puts,
    puts_events,
    puts_metrics,
    queries,
    reads_objects,
    reads_secret,
    sends,
    updates,
    writes_batches,
    writes_objects,
)

__all__ = [
    "Access",
    "Api",
    "AsynchronousRetries",
    "Authorization",
    "Bucket",
    "Ciphertext",
    "DeadLetterQueue",
    "Denial",
    "EventBus",
    "Forbidden",
    "Function",
    "Index",
    "IndexKey",
    "Key",
    "KeyAttribute",
    "KeyType",
    "Objects",
    "OnEvent",
    "OnLogs",
    "OnObjectCreated",
    "OnQueue",
    "OnSchedule",
    "OnStream",
    "OwnMetrics",
    "Queue",
    "QueueEncryption",
    "Role",
    "Route",
    "Rule",
    "SecretParameter",
    "StartingPosition",
    "StreamView",
    "System",
    "Table",
    "Throttle",
    "Topic",
    "Trigger",
    "Use",
    "changes_bucket",
    "days",
    "decrypts",
    "deletes",
    "deletes_table",
    "gets",
    "gets_batches",
    "leaves_tls",
    "minutes",
    "number",
    "publishes",
    "puts",
    "puts_events",
    "puts_metrics",
    "queries",
    "reads_objects",
    "reads_secret",
    "seconds",
    "sends",
    "string",
    "updates",
    "writes_batches",
    "writes_objects",
    "writes_outside",
]
