"""The subscription filters that run a function with other functions' log events."""

import pulumi
import pulumi_aws as aws

from shared.model import Function, OnLogs
from shared.scope import Scope


class LogSubscription(pulumi.ComponentResource):
    """A filter on each log group that the trigger names; the function's layer has permitted it."""

    def __init__(self, scope: Scope, trigger: OnLogs, function: Function) -> None:
        super().__init__(scope.component_type("LogSubscription"), trigger.name)
        for name in trigger.of:
            aws.cloudwatch.LogSubscriptionFilter(
                f"{trigger.name}-{name}",
                name=scope.naming.suffixed(f"{trigger.name}-{name}"),
                log_group=scope.naming.function_log_group(scope.system.function(name)),
                filter_pattern=trigger.pattern,
                destination_arn=scope.upstream(function, "arn"),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
