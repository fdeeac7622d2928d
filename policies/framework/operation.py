"""What the engine is doing: a preview or an update, of which stack, and with which exemptions.

The engine tells it when it configures the pack for a stack. The SDK drops that part of the message, and the engine sets
no environment variable for a pack that a language host starts: `pulumi.runtime.is_dry_run()` is False in a preview too.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol

from pulumi_policy import policy as sdk

from policies.framework.exemptions import Exemptions


def today_in_utc() -> date:
    """The day of the machine's clock."""
    return datetime.now(UTC).date()


class StackConfiguration(Protocol):
    """The part of the engine's message that is read here."""

    dry_run: bool
    stack: str


class Operation:
    """`is_preview` is False until the engine has said otherwise: only a preview tolerates unknown values."""

    def __init__(self, today: Callable[[], date] = today_in_utc) -> None:
        self._today = today
        self.begin(stack="", is_preview=False)

    def begin(self, *, stack: str, is_preview: bool) -> None:
        """Forget what came before: one pack serves the preview and the update that follows it."""
        self.stack = stack
        self.is_preview = is_preview
        self.today = self._today()
        self.exemptions = Exemptions(self.today)
        # What the program asks for, by URN: of a whole stack the engine says only what has become of it.
        self.asked: dict[str, Mapping[str, Any]] = {}

    def follow_engine(self) -> None:
        """Listen to what the engine says to every analyzer server that the SDK makes from now on."""
        # The SDK has no public way to learn of a preview.
        servicer: Any = sdk._PolicyAnalyzerServicer  # pyright: ignore[reportPrivateUsage]
        configure_stack = servicer.ConfigureStack

        def remember_and_configure(analyzer: object, request: StackConfiguration, context: object) -> object:
            self.begin(stack=request.stack, is_preview=request.dry_run)
            return configure_stack(analyzer, request, context)

        servicer.ConfigureStack = remember_and_configure
