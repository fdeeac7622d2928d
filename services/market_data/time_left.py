"""Whether an invocation has time left for more work."""

from collections.abc import Callable

from aws_lambda_powertools.utilities.typing import LambdaContext

TimeLeft = Callable[[], bool]

# What a call of AWS may take that is under way when the time ends: 3 tries of 5 s each, and a pause.
LONGEST_CALL_MS = 16_000


def until_timeout(context: LambdaContext, reserve_ms: int) -> TimeLeft:
    """Until that much is left of the invocation's time, in milliseconds."""
    return lambda: context.get_remaining_time_in_millis() > reserve_ms


def until_answer(context: LambdaContext, within_seconds: int) -> TimeLeft:
    """As long as a caller can still be answered within so many seconds of this, the beginning of the invocation."""
    return until_timeout(context, context.get_remaining_time_in_millis() - 1_000 * within_seconds + LONGEST_CALL_MS)
