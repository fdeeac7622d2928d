"""An EventBridge bus."""

import pulumi
import pulumi_aws as aws

from shared.model import EventBus as Description
from shared.scope import Scope


class EventBus(pulumi.ComponentResource):
    """A bus for custom events of this account alone; `outputs` are its name and ARN."""

    outputs: dict[str, pulumi.Output[str]]

    def __init__(self, scope: Scope, bus: Description) -> None:
        super().__init__(scope.component_type("EventBus"), bus.name)
        made = aws.cloudwatch.EventBus(
            bus.name,
            name=scope.naming.name(bus),
            description=f"Custom events of {scope.system.name}",
            tags=scope.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.outputs = {"name": made.name, "arn": made.arn}
        self.register_outputs(self.outputs)
