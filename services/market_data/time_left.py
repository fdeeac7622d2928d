"""Whether an invocation has time left for more work."""

from collections.abc import Callable

from aws_lambda_powertools.utilities.typing import LambdaContext

TimeLeft = Callable[[], bool]

# API Gateway waits for 29 s, within which the call must end that is under way then: at worst 3 tries of 5 s each.
ANSWER_MS = 12_000


def until_timeout(context: LambdaContext, reserve_ms: int) -> TimeLeft:
    """Until that much is left of the invocation's time, in milliseconds."""
    return lambda: context.get_remaining_time_in_millis() > reserve_ms


def until_answer(context: LambdaContext) -> TimeLeft:
    """As long as a caller can still be answered who waits at API Gateway; asked at the beginning of the invocation."""
    return until_timeout(context, context.get_remaining_time_in_millis() - ANSWER_MS)
