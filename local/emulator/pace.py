"""How long the emulator waits where AWS waits for minutes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """How fast it goes where AWS takes minutes.

    `tick_s`: seconds between two looks at queues' depths and at alarms. `first_retry_s`: seconds before an asynchronous
    invocation's first retry, 60 in AWS; its other waits shrink alike. Ages and alarms' periods are never shortened.
    """

    tick_s: float = 5.0
    first_retry_s: float = 1.0
