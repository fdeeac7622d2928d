"""The observability layer: every alarm, every filter on logs, a dashboard a system."""

from shared.alarms import alarms
from shared.components.dashboard import Dashboard
from shared.components.log_metrics import LogMetrics
from shared.components.log_subscription import LogSubscription
from shared.components.metric_alarm import MetricAlarm
from shared.layer import open_layer

layer = open_layer("observability")
for scope in layer.scopes():
    for function in scope.system.functions:
        LogMetrics(scope, function)
        for trigger in function.log_triggers:
            LogSubscription(scope, trigger, function)
    for alarm in alarms(scope.system, scope.naming):
        MetricAlarm(scope, alarm)
    if scope.system.functions:
        Dashboard(scope)
