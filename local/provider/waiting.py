"""Waits for AWS to finish what it has begun."""

import time
from collections.abc import Callable

from local.provider.errors import ProviderError
from local.provider.schema import PROVISIONING_SECONDS

PAUSE_SECONDS = 0.05


def wait(what: str, done: Callable[[], bool], seconds: float = PROVISIONING_SECONDS) -> None:
    """Returns when done says so; ProviderError with what was waited for after the given seconds."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise ProviderError(f"{what} is not done after {seconds:g} s.")
        time.sleep(PAUSE_SECONDS)
