"""What must never go unnoticed in a system: the alarms that follow from its description."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.log_patterns import LOG_PATTERNS, metric_name
from shared.model import Api, DeadLetterQueue, Function, System, minutes
from shared.naming import Naming
from shared.stage import STAGE

# A stream keeps records for a day: at this age, in milliseconds, there is still time to repair what blocks it.
STREAM_LAG = minutes(5) * 1000


@dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric with the statistic that is looked at."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Rings when the metric is above the threshold for one minute."""

    name: str
    description: str
    metric: Metric
    threshold: int = 0


def alarms(system: System, naming: Naming) -> Iterator[Alarm]:
    """Alarms on dead letters, on functions' errors, throttles, lag and logged errors, and on APIs' 5XX answers."""
    for queue in system.dead_letter_queues:
        yield _dead_letters(queue, naming)
    for function in system.functions:
        yield from _of_function(system, function, naming)
    for api in system.apis:
        yield _server_errors(api, naming)


def _dead_letters(queue: DeadLetterQueue, naming: Naming) -> Alarm:
    metric = Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": naming.name(queue)}, "Maximum")
    return Alarm(f"{queue.name}-depth", f"Something could not be processed and waits in {queue.name}", metric)


def _of_function(system: System, function: Function, naming: Naming) -> Iterator[Alarm]:
    dimensions = {"FunctionName": naming.name(function)}
    errors = Metric("AWS/Lambda", "Errors", dimensions, "Sum")
    yield Alarm(f"{function.name}-errors", f"{function.name} fails or times out", errors)
    throttles = Metric("AWS/Lambda", "Throttles", dimensions, "Sum")
    yield Alarm(
        f"{function.name}-throttles", f"{function.name} is called more often than its concurrency allows", throttles
    )
    if any(function.streams):
        age = Metric("AWS/Lambda", "IteratorAge", dimensions, "Maximum")
        yield Alarm(f"{function.name}-iterator-age", f"{function.name} lags behind its stream", age, STREAM_LAG)
    for pattern in LOG_PATTERNS:
        logged = Metric(naming.suffixed(system.name), metric_name(function, pattern), {}, "Sum")
        yield Alarm(f"{function.name}-logged-{pattern.lower()}", f"{function.name} logged {pattern}", logged)


def _server_errors(api: Api, naming: Naming) -> Alarm:
    metric = Metric("AWS/ApiGateway", "5XXError", {"ApiName": naming.name(api), "Stage": STAGE}, "Sum")
    return Alarm(f"{api.name}-5xx", f"{api.name} answers with server errors", metric)
