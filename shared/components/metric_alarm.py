"""A CloudWatch alarm that speaks to the operators."""

import pulumi
import pulumi_aws as aws

from shared.alarms import Alarm
from shared.operators import alarms
from shared.scope import Scope

PERIOD = 60


class MetricAlarm(pulumi.ComponentResource):
    """Rings at the operators' topic when the metric is above the threshold, and says when it is over."""

    def __init__(self, scope: Scope, alarm: Alarm) -> None:
        super().__init__(scope.component_type("MetricAlarm"), alarm.name)
        topic_arn = scope.upstream(alarms, "arn")
        aws.cloudwatch.MetricAlarm(
            alarm.name,
            name=scope.naming.suffixed(alarm.name),
            alarm_description=alarm.text,
            namespace=alarm.metric.namespace,
            metric_name=alarm.metric.name,
            dimensions=dict(alarm.metric.dimensions),
            statistic=alarm.metric.statistic,
            comparison_operator="GreaterThanThreshold",
            threshold=alarm.threshold,
            period=PERIOD,
            evaluation_periods=1,
            # No data is no trouble: these metrics only exist while something happens.
            treat_missing_data="notBreaching",
            alarm_actions=[topic_arn],
            ok_actions=[topic_arn],
            tags=scope.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
