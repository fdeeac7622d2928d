"""A bucket's notification reaches a function only by the function's permission.

AWS documentation, S3 user guide: "Granting permissions to publish event notification messages to a destination" (the
function admits s3.amazonaws.com for the bucket).

MiniStack asks queues and topics, and calls any function. A release that asks functions as well makes this unnecessary.
AWS refuses to store a notification to a function that does not admit it; here it is stored, and calls nothing.
"""

import logging
from typing import Any

from local.emulator.gaps.permissions import permits
from local.emulator.gaps.settings import GapSettings
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.s3", "_deliver_event_to_lambda", "0bdd18b38925e4e3"),
    Wrapped("services.lambda_svc", "_get_func_record_for_ref", "492b4efe8f903a0f"),
)
S3 = "s3.amazonaws.com"
logger = logging.getLogger("events")


def close(_: GapSettings) -> None:
    """Ask before each call."""
    buckets = load("services.s3")
    deliver = buckets._deliver_event_to_lambda

    def delivered(arn: str, event: dict[str, Any], region: str) -> None:
        record, _, _ = load("services.lambda_svc")._get_func_record_for_ref(arn)
        bucket = event["Records"][0]["s3"]["bucket"]["arn"]
        if record is not None and not permits(record, S3, bucket):
            logger.warning("A notification was dropped: %s has no permission for %s from %s", arn, S3, bucket)
            return
        deliver(arn, event, region)

    buckets._deliver_event_to_lambda = delivered
