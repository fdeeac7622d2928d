"""What ties a route to the time in which its function answers."""

from shared.model.function import Function

# API Gateway's own bound, in seconds.
LONGEST_WAIT = 29


def check_answer(route: str, function: Function) -> None:
    """ValueError where the route gives its caller up while the function goes on."""
    answered = function.timeout if function.answers_within is None else function.answers_within
    if answered > LONGEST_WAIT:
        raise ValueError(
            f"{route} waits for at most {LONGEST_WAIT} s, but '{function.name}' may take {answered} s; lower its "
            "timeout, have it answer in time and say so with answers_within, or invoke it asynchronously"
        )
