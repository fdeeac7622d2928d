"""Lets CloudWatch Logs run a function; the subscription filters that do so are the observability layer's."""

import pulumi
import pulumi_aws as aws

from shared.model import OnLogs
from shared.scope import Scope


class LogPermission(pulumi.ComponentResource):
    """One permission for each log group that may be subscribed to."""

    def __init__(self, scope: Scope, trigger: OnLogs, function: aws.lambda_.Function, parent: pulumi.Resource) -> None:
        super().__init__(
            scope.component_type("LogPermission"), trigger.name, opts=pulumi.ResourceOptions(parent=parent)
        )
        for name in trigger.of:
            group = scope.naming.function_log_group(scope.system.function(name))
            aws.lambda_.Permission(
                f"{trigger.name}-{name}",
                statement_id=scope.naming.suffixed(f"{trigger.name}-{name}"),
                action="lambda:InvokeFunction",
                function=function.name,
                principal="logs.amazonaws.com",
                source_arn=f"{scope.naming.log_group_arn(group)}:*",
                source_account=scope.naming.account_id,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
