"""What ties a queue's consumer to its queue and to its reserved concurrency."""

from collections.abc import Iterable

from shared.model.trigger import OnQueue, Trigger

# Lambda's own bounds.
LEAST_CONCURRENCY = 2
MOST_CONCURRENCY = 1_000
LARGEST_UNWINDOWED_BATCH = 10

# AWS's advice: a message must stay out of sight while Lambda retries the batch that it is in.
VISIBILITY_FACTOR = 6


def check_consumer(function: str, timeout: int, trigger: OnQueue) -> None:
    """ValueError where messages would come into sight while they are worked on, or Lambda would refuse the mapping."""
    queue = trigger.queue
    needed = VISIBILITY_FACTOR * timeout + trigger.batching_window
    if queue.visibility_timeout < needed:
        raise ValueError(
            f"queue '{queue.name}' has a visibility timeout of {queue.visibility_timeout} s, but its consumer "
            f"'{function}' needs at least {needed} s: {VISIBILITY_FACTOR} times its timeout, and the batching window"
        )
    if not LEAST_CONCURRENCY <= trigger.maximum_concurrency <= MOST_CONCURRENCY:
        raise ValueError(
            f"'{function}' takes from queue '{queue.name}' with a maximum concurrency of "
            f"{trigger.maximum_concurrency}; allowed is {LEAST_CONCURRENCY} to {MOST_CONCURRENCY}"
        )
    if trigger.batch_size > LARGEST_UNWINDOWED_BATCH and trigger.batching_window < 1:
        raise ValueError(
            f"'{function}' takes batches of {trigger.batch_size} from queue '{queue.name}' without a batching window; "
            f"give it at least 1 s, or batches of at most {LARGEST_UNWINDOWED_BATCH}"
        )


def check_reservation(function: str, triggers: Iterable[Trigger], reservation: int) -> None:
    """ValueError where the function's queues leave its other triggers no room in its reserved concurrency."""
    triggers = tuple(triggers)
    taken = sum(trigger.maximum_concurrency for trigger in triggers if isinstance(trigger, OnQueue))
    others = any(not isinstance(trigger, OnQueue) for trigger in triggers)
    if taken + others > reservation:
        raise ValueError(
            f"the reserved concurrency of '{function}' is {reservation}, but its queues take up to {taken}"
            + (", which leaves none for its other triggers" if others else "")
        )
