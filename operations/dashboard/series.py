"""What CloudWatch has of metrics."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from operations.batches import batches
from operations.dashboard.window import Window
from shared.alarms import Metric
from shared.dashboard import PERIOD

# What GetMetricData takes at once.
METRICS_A_CALL = 500

# Whole, or continued on a later page; anything else is a failure.
GOOD = ("Complete", "PartialData")


@dataclass(slots=True)
class Series:
    """A metric's values by the periods that have one; `failure` is CloudWatch's word where it could not tell them."""

    values: dict[datetime, float] = field(default_factory=dict[datetime, float])
    failure: str = ""

    def over(self, window: Window) -> tuple[float | None, ...]:
        """A value, or None, for each period of the window, oldest first."""
        return tuple(self.values.get(period) for period in window.periods)


def read_series(cloudwatch: Any, metrics: Sequence[Metric], window: Window) -> list[Series]:
    """The metrics' series, in their order; botocore's errors where there are none."""
    return [series for batch in batches(metrics, METRICS_A_CALL) for series in _read(cloudwatch, batch, window)]


def _read(cloudwatch: Any, metrics: Sequence[Metric], window: Window) -> Iterable[Series]:
    queries = dict(_queries(metrics))
    found = {id_: Series() for id_ in queries}
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=list(queries.values()), StartTime=window.begin, EndTime=window.end
    )
    for page in pages:
        for result in page["MetricDataResults"]:
            series = found[result["Id"]]
            series.values.update(zip(result["Timestamps"], result["Values"], strict=True))
            if result["StatusCode"] not in GOOD:
                series.failure = result["StatusCode"]
    return found.values()


def _queries(metrics: Iterable[Metric]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, metric in enumerate(metrics):
        # CloudWatch wants it to begin with a small letter.
        id_ = f"m{number}"
        dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions.items()]
        named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
        yield id_, {"Id": id_, "MetricStat": {"Metric": named, "Period": PERIOD, "Stat": metric.statistic}}
