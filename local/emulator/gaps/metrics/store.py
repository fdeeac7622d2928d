"""CloudWatch takes metrics from many threads at once, merges what is equal, and keeps a bounded number of them.

AWS documentation, CloudWatch user guide: "CloudWatch concepts" (metrics of AWS services have a resolution of one
minute).

MiniStack keeps one entry for each value ever published, for two weeks, and writes them all to disk again and again. A
release that bounds its metrics makes this unnecessary. Metrics do not outlive the emulator's process; alarms do.
"""

import threading
import time
from typing import Any, NamedTuple

from local.emulator.gaps.settings import GapSettings
from local.emulator.gaps.ticking import on_tick
from local.emulator.ministack import load
from local.emulator.pinned import Wrapped

WRAPPED = (
    Wrapped("services.cloudwatch", "record_metric", "7f777bfbe523a0c5"),
    Wrapped("services.cloudwatch", "handle_request", "0e8a6c92a042e65c"),
    Wrapped("services.cloudwatch", "get_state", "a5b5ec456bb6c2e7"),
    Wrapped("services.cloudwatch", "_calc_stats", "889e1bfc89dc8f3a"),
    Wrapped("services.cloudwatch", "_dims_key", "a304eb3ef986fb56"),
    Wrapped("services.cloudwatch", "_evict_old_metrics", "cf47bc1522ad839b"),
)
MINUTE_S = 60
KEPT_S = 14 * 24 * 3600
# All metrics together; what is beyond goes, the oldest first. About 25 MB.
KEPT_POINTS = 100_000
KEPT_HISTORY = 1_000
Dimensions = tuple[tuple[str, str], ...]


class Metric(NamedTuple):
    """What a value belongs to."""

    account: str
    region: str
    namespace: str
    name: str
    unit: str
    dimensions: Dimensions


class MetricStore:
    """Notes values at the cost of a counter, and puts them into MiniStack's own store before that is looked at."""

    def __init__(self) -> None:
        # Held by whoever reads or changes CloudWatch's state.
        self.lock = threading.RLock()
        self._noting = threading.Lock()
        self._noted: dict[tuple[Metric, int, float], float] = {}
        self._cleaned = time.monotonic()

    def note(  # noqa: PLR0917 - what a datum consists of, in the API's order
        self,
        namespace: str,
        name: str,
        value: float,
        unit: str = "Count",
        dimensions: Dimensions = (),
        at: float | None = None,
    ) -> None:
        """Publish `value` in the minute of the Unix time `at`, or now, in the current account and region."""
        scope = load("core.responses")
        metric = Metric(scope.get_account_id(), scope.get_region(), namespace, name, unit, tuple(sorted(dimensions)))
        minute = int((time.time() if at is None else at) // MINUTE_S) * MINUTE_S
        key = (metric, minute, float(value))
        with self._noting:
            self._noted[key] = self._noted.get(key, 0) + 1

    def settle(self) -> None:
        """Put what was noted where CloudWatch's calls and alarms find it."""
        with self.lock:
            with self._noting:
                noted, self._noted = self._noted, {}
            for (metric, minute, value), count in noted.items():
                _merge(_series(metric), metric, (minute, value, count))

    def clean(self) -> None:
        """Once a minute, drop what is too old or too much."""
        if time.monotonic() - self._cleaned < MINUTE_S:
            return
        self._cleaned = time.monotonic()
        cloudwatch = load("services.cloudwatch")
        with self.lock:
            _drop_before(cloudwatch, time.time() - KEPT_S)
            times = sorted(point["Timestamp"] for points in cloudwatch._metrics._data.values() for point in points)
            if len(times) > KEPT_POINTS:
                # A fifth more than needed, so that the next minutes find nothing to do.
                _drop_before(cloudwatch, times[-KEPT_POINTS * 4 // 5])
            for history in cloudwatch._alarm_history._data.values():
                del history[:-KEPT_HISTORY]


def _series(metric: Metric) -> list[dict[str, Any]]:
    cloudwatch = load("services.cloudwatch")
    key = (metric.namespace, metric.name, cloudwatch._dims_key(dict(metric.dimensions)))
    return cloudwatch._metrics._data.setdefault((metric.account, metric.region, key), [])


def _merge(series: list[dict[str, Any]], metric: Metric, values: tuple[int, float, float]) -> None:
    minute, value, count = values
    for point in reversed(series):
        if point["Timestamp"] < minute:
            break
        if point["Timestamp"] == minute and point["Value"] == value and "Count" in point:
            point["Count"] += count
            return
    series.append(
        {
            "Timestamp": float(minute),
            "Value": value,
            "Count": count,
            "Unit": metric.unit,
            "Dimensions": dict(metric.dimensions),
        }
    )


def _drop_before(cloudwatch: Any, oldest: float) -> None:
    series: dict[Any, list[dict[str, Any]]] = cloudwatch._metrics._data
    for key, points in list(series.items()):
        points[:] = [point for point in points if point["Timestamp"] >= oldest]
        if not points:
            del series[key]


STORE = MetricStore()


def close(_: GapSettings) -> None:
    """Let every call of CloudWatch see what was noted, one at a time, and save all but the metrics."""
    cloudwatch = load("services.cloudwatch")
    handle, get_state = cloudwatch.handle_request, cloudwatch.get_state

    async def handled(*arguments: Any) -> Any:
        # Nothing in `handle` waits, so the loop is never held up by its own lock.
        with STORE.lock:
            STORE.settle()
            return await handle(*arguments)

    def recorded(
        namespace: str, metric_name: str, value: float, unit: str = "None", dimensions: dict[str, str] | None = None
    ) -> None:
        STORE.note(namespace, metric_name, value, unit, tuple((dimensions or {}).items()))

    cloudwatch.handle_request, cloudwatch.record_metric = handled, recorded
    cloudwatch._evict_old_metrics = lambda: None
    cloudwatch.get_state = lambda: {key: state for key, state in get_state().items() if key != "metrics"}
    on_tick(STORE.settle)
    on_tick(STORE.clean)
