"""Webhooks that keep coming, whatever is done to what takes them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from tests.end_to_end.deployed import Deployed
from tests.end_to_end.inbox import QUEUES
from tests.end_to_end.payment_provider import webhook

PAUSE_S = 0.25


class Traffic:
    """A sender that sends again, under the same event id, what got no 2xx."""

    def __init__(self, deployed: Deployed) -> None:
        self.accepted: set[str] = set()
        self.refusals = 0
        self._deployed = deployed
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send)

    @contextmanager
    def flowing(self) -> Iterator["Traffic"]:
        """Until the end of the block; then the last one is accepted, too."""
        self._thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            self._thread.join()

    def _send(self) -> None:
        for kind in cycle(QUEUES):
            body = webhook(transaction_type=kind)
            while not self._accepted(body):
                self.refusals += 1
                self._ended.wait(PAUSE_S)
            self.accepted.add(body["event_id"])
            if self._ended.wait(PAUSE_S):
                return

    def _accepted(self, body: dict[str, object]) -> bool:
        try:
            return self._deployed.provider.post(body).status in (200, 202)
        except OSError:
            return False
