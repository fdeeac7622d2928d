"""EventBridge rules: what runs a function at a fixed rate, or for each event that fits."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from shared.model import OnEvent, OnSchedule, days, minutes
from shared.model import Rule as Description
from shared.scope import Scope


@dataclass(frozen=True, slots=True)
class Delivery:
    """How long EventBridge tries to deliver, in seconds and in attempts, before it dead-letters."""

    maximum_age: int
    attempts: int


# The next run makes up for a lost one, so there is no use in trying for long.
OF_A_SCHEDULE = Delivery(minutes(5), 2)
# Nothing makes up for an event: all the time and all the attempts that EventBridge has.
OF_AN_EVENT = Delivery(days(1), 185)


class Rule(pulumi.ComponentResource):
    """A rule, its target with bounded retries and a dead-letter queue, and its permission; `name` is the rule's."""

    name: pulumi.Output[str]

    def __init__(
        self, scope: Scope, rule: Description, function: aws.lambda_.Function, parent: pulumi.Resource
    ) -> None:
        kind = "Schedule" if isinstance(rule, OnSchedule) else "EventRule"
        super().__init__(scope.component_type(kind), rule.name, opts=pulumi.ResourceOptions(parent=parent))
        made = self._schedule(scope, rule) if isinstance(rule, OnSchedule) else self._matcher(scope, rule)
        child = pulumi.ResourceOptions(parent=self)
        aws.lambda_.Permission(
            rule.name,
            statement_id=scope.naming.name(rule),
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=made.arn,
            opts=child,
        )
        delivery = OF_A_SCHEDULE if isinstance(rule, OnSchedule) else OF_AN_EVENT
        aws.cloudwatch.EventTarget(
            rule.name,
            rule=made.name,
            event_bus_name=made.event_bus_name if isinstance(rule, OnEvent) else None,
            target_id=scope.naming.name(rule),
            arn=function.arn,
            input=json.dumps(dict(rule.input), sort_keys=True) if isinstance(rule, OnSchedule) else None,
            retry_policy={
                "maximum_event_age_in_seconds": delivery.maximum_age,
                "maximum_retry_attempts": delivery.attempts,
            },
            dead_letter_config={"arn": scope.upstream(rule.dead_letter_queue, "arn")},
            opts=child,
        )
        self.name = made.name
        self.register_outputs({"name": self.name})

    def _schedule(self, scope: Scope, schedule: OnSchedule) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            schedule.name,
            name=scope.naming.name(schedule),
            description=f"Runs a function of {scope.system.name} every {schedule.every // 60} min",
            schedule_expression=_rate(schedule.every),
            tags=scope.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _matcher(self, scope: Scope, rule: OnEvent) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            rule.name,
            name=scope.naming.name(rule),
            description=f"Runs a function of {scope.system.name} for events on {rule.bus.name}",
            event_bus_name=scope.upstream(rule.bus, "name"),
            event_pattern=json.dumps(dict(rule.pattern), sort_keys=True),
            tags=scope.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _rate(every: int) -> str:
    count = every // 60
    return f"rate({count} minute{'s' if count > 1 else ''})"
