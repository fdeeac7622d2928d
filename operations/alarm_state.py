"""Which of a system's alarms ring."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.batches import batches
from shared.alarms import Alarm
from shared.naming import Naming

# What DescribeAlarms takes at once, and answers at once.
ALARMS_A_CALL = 100

RINGS = "ALARM"
MISSING = "not deployed"


@dataclass(frozen=True, slots=True)
class AlarmState:
    """A described alarm, its state in CloudWatch's word or `MISSING`, and since when it has it."""

    alarm: Alarm
    state: str
    since: datetime | None = None


def alarm_states(cloudwatch: Any, alarms: Sequence[Alarm], naming: Naming) -> Iterator[AlarmState]:
    """The state of each alarm, in their order; botocore's errors where CloudWatch does not tell."""
    names = [naming.suffixed(alarm.name) for alarm in alarms]
    found: dict[str, Any] = {}
    for batch in batches(names, ALARMS_A_CALL):
        answer = cloudwatch.describe_alarms(AlarmNames=batch, MaxRecords=ALARMS_A_CALL)
        found |= {alarm["AlarmName"]: alarm for alarm in answer["MetricAlarms"]}
    for name, alarm in zip(names, alarms, strict=True):
        if name in found:
            yield AlarmState(alarm, found[name]["StateValue"], found[name].get("StateTransitionedTimestamp"))
        else:
            yield AlarmState(alarm, MISSING)
