"""Rules that come due, and what matched a rule or was put into a bucket: each invokes a function asynchronously.

AWS documentation, EventBridge user guide: "Creating a rule that runs on a schedule", "Event retry policy and using
dead-letter queues" (delivery at least once); S3 user guide: "Amazon S3 Event Notifications" (at least once, in no
order).
"""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

from shared.model import OnEvent, OnObjectCreated, OnSchedule
from tests.faults.laboratory.account import NAMING, Account
from tests.faults.laboratory.sources.invocations import InvocationQueue
from tests.faults.laboratory.virtual_clock import VirtualClock


class ScheduleSource:
    """Comes due every so often, as long as time passes; `next_tick` is when."""

    def __init__(self, trigger: OnSchedule, invocations: InvocationQueue, clock: VirtualClock) -> None:
        self._trigger = trigger
        self._invocations = invocations
        self._clock = clock
        self.next_tick = clock.now() + timedelta(seconds=trigger.every)

    def deliver(self) -> bool:
        if self.next_tick > self._clock.now():
            return False
        self.next_tick = self._clock.now() + timedelta(seconds=self._trigger.every)
        self._invocations.accept(dict(self._trigger.input) or self._scheduled_event())
        return True

    def next_due(self) -> datetime | None:
        """Nothing waits for a schedule; whoever lets time pass asks for `next_tick`."""
        return None

    def _scheduled_event(self) -> dict[str, Any]:
        return {
            "version": "0",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "time": f"{self._clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "region": NAMING.region,
            "resources": [NAMING.arn(self._trigger)],
            "detail": {},
        }


class EventSource:
    """Takes what matched a rule to the function's queue of invocations."""

    def __init__(self, account: Account, trigger: OnEvent, invocations: InvocationQueue) -> None:
        self._account = account
        self._trigger = trigger
        self._invocations = invocations

    def deliver(self) -> bool:
        matched = self._account.drained(f"{self._trigger.name}-matched")
        for message in matched:
            self._invocations.accept(json.loads(message["Body"]))
        return bool(matched)

    def next_due(self) -> datetime | None:
        return None


class ObjectSource:
    """Takes a bucket's notifications of new objects to the function's queue of invocations."""

    def __init__(self, account: Account, trigger: OnObjectCreated, invocations: InvocationQueue) -> None:
        self._account = account
        self._trigger = trigger
        self._invocations = invocations
        self._told: Counter[str] = Counter()

    def deliver(self) -> bool:
        told = self._account.drained(f"{self._trigger.bucket.name}-created")
        for message in told:
            event = json.loads(message["Body"])
            objects = [record["s3"]["object"] for record in event.get("Records", [])]
            for described in objects:
                described["versionId"] = self._version(unquote_plus(described["key"]))
            if any(described["key"].endswith(self._trigger.suffixes or "") for described in objects):
                self._invocations.accept(event)
        return bool(told)

    def _version(self, key: str) -> str:
        """The version that the next notification of the key is of, which moto does not tell."""
        bucket = NAMING.name(self._trigger.bucket)
        listed = self._account.s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
        oldest_first = [version["VersionId"] for version in reversed(listed) if version["Key"] == key]
        self._told[key] += 1
        return oldest_first[self._told[key] - 1]

    def next_due(self) -> datetime | None:
        return None
