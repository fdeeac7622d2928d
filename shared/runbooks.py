"""The runbooks that alarms lead to, one a kind of trouble."""

from collections.abc import Mapping
from enum import StrEnum

from shared.dead_letters import DeadLetters, FailedInvocations, FailedRecords, UndeliveredEvents, UnprocessedMessages

FOLDER = "docs/runbooks"


class Runbook(StrEnum):
    """What a person does when an alarm rings; the value is the file's path in the checkout."""

    UNPROCESSED_MESSAGES = f"{FOLDER}/unprocessed-messages.md"
    FAILED_INVOCATIONS = f"{FOLDER}/failed-invocations.md"
    FAILED_RECORDS = f"{FOLDER}/failed-records.md"
    UNDELIVERED_EVENTS = f"{FOLDER}/undelivered-events.md"
    FUNCTION_ERRORS = f"{FOLDER}/function-errors.md"
    THROTTLED_FUNCTION = f"{FOLDER}/throttled-function.md"
    BACKLOG = f"{FOLDER}/backlog.md"
    STREAM_LAG = f"{FOLDER}/stream-lag.md"
    LOGGED_ERRORS = f"{FOLDER}/logged-errors.md"
    SERVER_ERRORS = f"{FOLDER}/server-errors.md"


# By what a dead-letter queue holds.
OF_DEAD_LETTERS: Mapping[type[DeadLetters], Runbook] = {
    UnprocessedMessages: Runbook.UNPROCESSED_MESSAGES,
    FailedInvocations: Runbook.FAILED_INVOCATIONS,
    FailedRecords: Runbook.FAILED_RECORDS,
    UndeliveredEvents: Runbook.UNDELIVERED_EVENTS,
}
