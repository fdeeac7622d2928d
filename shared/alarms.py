"""What must never go unnoticed in a system: the alarms that follow from its description."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.dead_letters import DeadLetters, dead_letters
from shared.log_patterns import LOG_PATTERNS, metric_name
from shared.model import Api, Function, Queue, System, minutes
from shared.naming import Naming
from shared.runbooks import OF_DEAD_LETTERS, Runbook
from shared.stage import STAGE

# A stream keeps records for a day: at this age, in milliseconds, there is still time to repair what blocks it.
STREAM_LAG = minutes(5) * 1000

# What SQS deletes as too old becomes no dead letter: a quarter of a message's time may go by, the rest is for repair.
BACKLOG_SHARE = 4


@dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric with the statistic that is looked at."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Rings when the metric is above the threshold for one minute; the runbook says what to do then."""

    name: str
    description: str
    metric: Metric
    runbook: Runbook
    threshold: int = 0

    @property
    def text(self) -> str:
        """What is told to whoever hears the alarm."""
        return f"{self.description}. What to do: {self.runbook.value}"


def alarms(system: System, naming: Naming) -> Iterator[Alarm]:
    """Alarms on backlogs and dead letters, on functions' errors, throttles, lag, lost failures and logs, and 5XX."""
    for queue in system.queues:
        yield _backlog(queue, naming)
    for letters in dead_letters(system):
        yield _dead_letters(letters, naming)
    for function in system.functions:
        yield from _of_function(system, function, naming)
    for api in system.apis:
        yield _server_errors(api, naming)


def _backlog(queue: Queue, naming: Naming) -> Alarm:
    metric = Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": naming.name(queue)}, "Maximum")
    description = f"What waits in {queue.name} is deleted unprocessed when it has waited {BACKLOG_SHARE} times as long"
    return Alarm(f"{queue.name}-age", description, metric, Runbook.BACKLOG, queue.retention // BACKLOG_SHARE)


def _dead_letters(letters: DeadLetters, naming: Naming) -> Alarm:
    dimensions = {"QueueName": naming.name(letters.queue)}
    metric = Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions, "Maximum")
    name, runbook = letters.queue.name, OF_DEAD_LETTERS[type(letters)]
    return Alarm(f"{name}-depth", f"Something could not be processed and waits in {name}", metric, runbook)


def _of_function(system: System, function: Function, naming: Naming) -> Iterator[Alarm]:
    dimensions = {"FunctionName": naming.name(function)}
    errors = Metric("AWS/Lambda", "Errors", dimensions, "Sum")
    yield Alarm(f"{function.name}-errors", f"{function.name} fails or times out", errors, Runbook.FUNCTION_ERRORS)
    throttles = Metric("AWS/Lambda", "Throttles", dimensions, "Sum")
    yield Alarm(
        f"{function.name}-throttles",
        f"{function.name} is called more often than its concurrency allows",
        throttles,
        Runbook.THROTTLED_FUNCTION,
    )
    if function.failure_queues:
        lost = Metric("AWS/Lambda", "DestinationDeliveryFailures", dimensions, "Sum")
        yield Alarm(
            f"{function.name}-undelivered-failures",
            f"Something that {function.name} failed to the last could not be kept and is lost",
            lost,
            Runbook.FAILED_INVOCATIONS,
        )
    if any(function.streams):
        age = Metric("AWS/Lambda", "IteratorAge", dimensions, "Maximum")
        yield Alarm(
            f"{function.name}-iterator-age",
            f"{function.name} lags behind its stream",
            age,
            Runbook.STREAM_LAG,
            STREAM_LAG,
        )
    for pattern in LOG_PATTERNS:
        logged = Metric(naming.suffixed(system.name), metric_name(function, pattern), {}, "Sum")
        name = f"{function.name}-logged-{pattern.lower()}"
        yield Alarm(name, f"{function.name} logged {pattern}", logged, Runbook.LOGGED_ERRORS)


def _server_errors(api: Api, naming: Naming) -> Alarm:
    metric = Metric("AWS/ApiGateway", "5XXError", {"ApiName": naming.name(api), "Stage": STAGE}, "Sum")
    return Alarm(f"{api.name}-5xx", f"{api.name} answers with server errors", metric, Runbook.SERVER_ERRORS)
