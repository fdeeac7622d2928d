"""Metric filters on a function's log group."""

import pulumi
import pulumi_aws as aws

from shared.log_patterns import LOG_PATTERNS, metric_name
from shared.model import Function
from shared.scope import Scope


class LogMetrics(pulumi.ComponentResource):
    """Counts in CloudWatch how often each pattern stands in the function's log."""

    def __init__(self, scope: Scope, function: Function) -> None:
        super().__init__(scope.component_type("LogMetrics"), function.name)
        for pattern in LOG_PATTERNS:
            name = metric_name(function, pattern)
            aws.cloudwatch.LogMetricFilter(
                name,
                name=scope.naming.suffixed(name),
                log_group_name=scope.naming.function_log_group(function),
                pattern=pattern,
                metric_transformation={
                    "namespace": scope.naming.suffixed(scope.system.name),
                    "name": name,
                    "value": "1",
                    "default_value": "0",
                },
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
