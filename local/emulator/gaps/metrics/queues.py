"""SQS publishes a queue's depth, its oldest message's age, and how much is sent to it.

AWS documentation, SQS developer guide: "Available CloudWatch metrics for Amazon SQS" (for six hours after a queue was
last used or held a message; a move to a dead-letter queue by redrive is not counted as sent).

MiniStack publishes nothing. A release that does makes this unnecessary. AWS samples once a minute, this at each tick.
Not supplied: receptions, deletions and sizes; a message that comes from S3 is seen in the depth alone.
"""

import time
from typing import Any

from local.emulator.gaps.metrics.store import STORE
from local.emulator.gaps.settings import GapSettings
from local.emulator.gaps.ticking import on_tick
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.sqs", "_act_send_message", "3abd766508c885c6"),
    Wrapped("services.sqs", "_act_send_message_batch", "2cab381a76df25bf"),
)
ACTIVE_S = 6 * 3600


def note_sent(queue: str) -> None:
    """Publish that one message was sent to the queue of this name."""
    STORE.note("AWS/SQS", "NumberOfMessagesSent", 1, "Count", (("QueueName", queue),))


def close(_: GapSettings) -> None:
    """Count messages as they are sent, and look at the queues at each tick."""
    queues = load("services.sqs")
    send = queues._act_send_message

    def sent(data: dict[str, Any], url: str) -> Any:
        answer = send(data, url)
        note_sent(str(data.get("QueueUrl") or url).rpartition("/")[2])
        return answer

    # A batch calls it by its name, a single message through the table.
    queues._act_send_message = queues._HANDLERS["SendMessage"] = sent
    on_tick(_Depths(queues).sample)


class _Depths:
    def __init__(self, queues: Any) -> None:
        self._queues = queues
        self._active: dict[tuple[str, str, str], float] = {}

    def sample(self) -> None:
        """Publish what each active queue holds now."""
        now = time.time()
        found: dict[tuple[str, str, str], Any] = dict(self._queues._queues._data)
        for key, queue in found.items():
            if queue["messages"]:
                self._active[key] = now
        self._active = {key: since for key, since in self._active.items() if key in found and now - since < ACTIVE_S}
        for key in self._active:
            with load("core.responses").request_scope(key[0], key[1]):
                _publish(key[2].rpartition("/")[2], list(found[key]["messages"]), now)


def _publish(name: str, messages: list[dict[str, Any]], now: float) -> None:
    queue = (("QueueName", name),)
    visible = sum(message["visible_at"] <= now for message in messages)
    in_flight = sum(message["visible_at"] > now and message["receive_count"] > 0 for message in messages)
    oldest = min((message["sent_at"] for message in messages), default=now)
    STORE.note("AWS/SQS", "ApproximateNumberOfMessagesVisible", visible, "Count", queue)
    STORE.note("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", in_flight, "Count", queue)
    STORE.note("AWS/SQS", "ApproximateAgeOfOldestMessage", round(now - oldest), "Seconds", queue)
