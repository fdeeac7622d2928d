"""Work that keeps coming in, whatever is done to what takes it."""

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from tests.end_to_end.flows import Flow

PAUSE_S = 0.5


class Traffic:
    """Senders, one a flow, that send again what was not accepted."""

    def __init__(self, flows: Mapping[str, Flow]) -> None:
        self._senders = {name: _Sender(flow) for name, flow in flows.items()}

    @contextmanager
    def flowing(self) -> Iterator["Traffic"]:
        """Until the end of the block; then the last ones are accepted, too."""
        with ExitStack() as running:
            for sender in self._senders.values():
                running.enter_context(sender.sending())
            yield self

    @property
    def refusals(self) -> int:
        """How often something was not accepted."""
        return sum(sender.refusals for sender in self._senders.values())

    def accepted(self) -> int:
        """The least that any sender has had accepted."""
        return min(sender.accepted for sender in self._senders.values())

    def all_done(self, seconds: float = 120) -> None:
        """Waits until the effect of all that was accepted is there; AssertionError says what is lost."""
        end = time.monotonic() + seconds
        for name, sender in self._senders.items():
            while missing := set(range(sender.accepted)) - sender.flow.done():
                assert time.monotonic() < end, f"{name}: {len(missing)} of {sender.accepted} are lost"
                time.sleep(0.5)


class _Sender:
    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.accepted = 0
        self.refusals = 0
        self._ended = threading.Event()

    @contextmanager
    def sending(self) -> Iterator[None]:
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(self._send)
            try:
                yield
            finally:
                self._ended.set()
                sent.result()

    def _send(self) -> None:
        while not self._ended.is_set():
            while not self._offered():
                self.refusals += 1
                time.sleep(PAUSE_S)
            self.accepted += 1
            self._ended.wait(PAUSE_S)

    def _offered(self) -> bool:
        try:
            return self.flow.offer(self.accepted)
        except (OSError, ClientError, BotoCoreError):
            return False
