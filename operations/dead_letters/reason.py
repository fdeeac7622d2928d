"""Why a letter is dead, in the words of whoever put it there."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from operations.dead_letters.contents import Content
from operations.dead_letters.letter import Letter
from shared.dead_letters import DeadLetters, UnprocessedMessages

# What EventBridge and Lambda say beside the body, the most telling first.
SAID = ("ERROR_CODE", "ERROR_MESSAGE", "EXHAUSTED_RETRY_CONDITION", "RETRY_ATTEMPTS", "ErrorCode", "ErrorMessage")


def reason(letters: DeadLetters, letter: Letter, content: Content) -> str:
    """What the letter says of its failure; a queue's own dead letters say nothing, and SQS just counts."""
    if isinstance(letters, UnprocessedMessages):
        return "its consumer did not process it in as many receives as the queue allows"
    record: Mapping[str, Any] = cast(dict[str, Any], content) if isinstance(content, dict) else {}
    return "; ".join((*_of_record(record), *_of_attributes(letter))) or "it does not say"


def _of_record(record: Mapping[str, Any]) -> Iterator[str]:
    """Of Lambda's record: how it ended, what the function said, and where in a stream the batch stands."""
    asked, answered, said, batch = (
        _mapping(record.get(name))
        for name in ("requestContext", "responseContext", "responsePayload", "DDBStreamBatchInfo")
    )
    if condition := asked.get("condition"):
        yield f"{condition} after {asked.get('approximateInvokeCount', '?')} invocations"
    if error := answered.get("functionError"):
        yield f"{error} error"
    if said.get("errorType") or said.get("errorMessage"):
        yield f"{said.get('errorType', 'error')}: {said.get('errorMessage', '')}".rstrip(": ")
    if batch:
        numbers = f"{batch.get('startSequenceNumber')} to {batch.get('endSequenceNumber')}"
        yield f"{batch.get('batchSize')} records, {numbers} of {batch.get('shardId')}"


def _of_attributes(letter: Letter) -> Iterator[str]:
    yield from (f"{name} {letter.said(name)}" for name in SAID if letter.said(name))


def _mapping(value: object) -> Mapping[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}
