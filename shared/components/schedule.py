"""An EventBridge rule that runs a function at a fixed rate."""

import json

import pulumi
import pulumi_aws as aws

from shared.model import OnSchedule, minutes
from shared.scope import Scope


class Schedule(pulumi.ComponentResource):
    """A rule, its target with bounded retries and a dead-letter queue, and its permission; `name` is the rule's."""

    name: pulumi.Output[str]

    def __init__(
        self, scope: Scope, schedule: OnSchedule, function: aws.lambda_.Function, parent: pulumi.Resource
    ) -> None:
        super().__init__(scope.component_type("Schedule"), schedule.name, opts=pulumi.ResourceOptions(parent=parent))
        child = pulumi.ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(
            schedule.name,
            name=scope.naming.name(schedule),
            description=f"Runs a function of {scope.system.name} every {schedule.every // 60} min",
            schedule_expression=_rate(schedule.every),
            tags=scope.tags,
            opts=child,
        )
        aws.lambda_.Permission(
            schedule.name,
            statement_id=scope.naming.name(schedule),
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            schedule.name,
            rule=rule.name,
            target_id=scope.naming.name(schedule),
            arn=function.arn,
            input=json.dumps(dict(schedule.input), sort_keys=True),
            # The next run makes up for a lost one, so there is no use in trying for long.
            retry_policy={"maximum_event_age_in_seconds": minutes(5), "maximum_retry_attempts": 2},
            dead_letter_config={"arn": scope.upstream(schedule.dead_letter_queue, "arn")},
            opts=child,
        )
        self.name = rule.name
        self.register_outputs({"name": self.name})


def _rate(every: int) -> str:
    count = every // 60
    return f"rate({count} minute{'s' if count > 1 else ''})"
