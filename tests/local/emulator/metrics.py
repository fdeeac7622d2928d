"""What CloudWatch has of a metric."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.local.emulator.cloud import Cloud


def total(cloud: Cloud, namespace: str, name: str, statistic: str = "Sum", **dimensions: str) -> float:
    """The metric's statistic over these hours; -1 when it has no data."""
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": pairs(dimensions)}
    query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 7200, "Stat": statistic}}
    (found,) = cloud.client("cloudwatch").get_metric_data(MetricDataQueries=[query], **span())["MetricDataResults"]
    combine = {"Sum": sum, "Minimum": min}.get(statistic, max)
    return combine(found["Values"]) if found["Values"] else -1


def pairs(dimensions: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def span() -> dict[str, Any]:
    now = datetime.now(UTC)
    return {"StartTime": now - timedelta(hours=1), "EndTime": now + timedelta(hours=1)}
