"""Mappings from SQS: a wrong partial response fails the batch.

AWS documentation, Lambda developer guide: "Handling errors for an SQS event source in Lambda" (partial batch responses:
an itemIdentifier that is empty, null or unknown fails the whole batch).

MiniStack ignores a wrong identifier and deletes the messages. A release that keeps them makes this unnecessary. Not
supplied: the batching window; a batch is delivered at once.
"""

import time
from typing import Any

from local.emulator.gaps.mappings.partial_response import failures
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.lambda_svc", "_run_sqs_batch", "f9bf630aabf3d1b9"),
    Wrapped("services.sqs", "_delete_messages_for_esm", "c1686f29b48b42ee"),
)
PAUSE_S = 1.0


def close(_: GapSettings) -> None:
    """Delete what succeeded, and only that."""
    service, sqs = load("services.lambda_svc"), load("services.sqs")

    def run(mapping: dict[str, Any], function: Any, event: Any, batch: list[dict[str, Any]], url: str, _: str) -> None:
        result = service._execute_function(function, event)
        failed = failures(mapping, result, [message["id"] for message in batch])
        handles = {message["receipt_handle"] for message in batch if message["id"] not in failed}
        sqs._delete_messages_for_esm(url, handles)
        mapping["LastProcessingResult"] = f"{len(batch) - len(failed)} of {len(batch)} messages succeeded"
        if len(failed) == len(batch):
            service._esm_backoff_until[mapping["UUID"]] = time.time() + PAUSE_S

    service._run_sqs_batch = run
