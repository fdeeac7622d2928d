"""Whether the engine is previewing or updating.

The engine tells it when it configures the pack for a stack. The SDK drops that part of the message, and the engine sets
no environment variable for a pack that a language host starts: `pulumi.runtime.is_dry_run()` is False in a preview too.
"""

from typing import Any, Protocol

from pulumi_policy import policy as sdk


class StackConfiguration(Protocol):
    """The part of the engine's message that is read here."""

    dry_run: bool


class UpdateMode:
    """`is_preview` is False until the engine has said otherwise: only a preview tolerates unknown values."""

    def __init__(self) -> None:
        self.is_preview = False

    def follow_engine(self) -> None:
        """Listen to what the engine says to every analyzer server that the SDK makes from now on."""
        # The SDK has no public way to learn of a preview.
        servicer: Any = sdk._PolicyAnalyzerServicer  # pyright: ignore[reportPrivateUsage]
        configure_stack = servicer.ConfigureStack

        def remember_and_configure(analyzer: object, request: StackConfiguration, context: object) -> object:
            self.is_preview = request.dry_run
            return configure_stack(analyzer, request, context)

        servicer.ConfigureStack = remember_and_configure
