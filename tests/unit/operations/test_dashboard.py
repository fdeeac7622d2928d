"""A system's alarms and figures in the terminal."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from operations.alarm_state import ALARMS_A_CALL, MISSING, alarm_states
from operations.dashboard.dashboard import show_dashboard
from operations.dashboard.series import METRICS_A_CALL, read_series
from operations.dashboard.sparkline import BARS, GAP, sparkline
from operations.dashboard.window import Window
from operations.problem import OperationError
from operations.target import Target
from shared.alarms import Alarm, Metric, alarms
from shared.dashboard import graphs
from shared.naming import Naming
from shared.runbooks import Runbook
from shared.settings import Settings
from tests.unit.shared.samples import NAMING, shop

NOW = datetime(2026, 11, 20, 10, 14, 37, tzinfo=UTC)
THIS_MINUTE = NOW.replace(second=0)
INVOCATIONS = "Invocations of order-intake-unit"


class FakeCloudWatch:
    """Holds values by metric and dimension and answers them one value a page; alarms are fine unless they are given."""

    def __init__(self) -> None:
        self.values: dict[str, Mapping[datetime, float]] = {}
        self.status = "Complete"
        self.states: dict[str, str] = {}
        self.deployed = True
        self.refused = False
        self.asked: list[int] = []

    def get_paginator(self, operation: str) -> "FakeCloudWatch":
        assert operation == "get_metric_data"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(len(asked["MetricDataQueries"]))
        for query in asked["MetricDataQueries"]:
            found = self.values.get(_name(query["MetricStat"]), {})
            within = [
                (at, found[at]) for at in sorted(found, reverse=True) if asked["StartTime"] <= at < asked["EndTime"]
            ]
            for at, value in within:
                yield _page(query["Id"], [at], [value], "PartialData")
            yield _page(query["Id"], [], [], self.status)

    def describe_alarms(self, **asked: Any) -> dict[str, Any]:
        if self.refused:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeAlarms")
        self.asked.append(len(asked["AlarmNames"]))
        assert asked["MaxRecords"] >= len(asked["AlarmNames"])
        names = reversed(asked["AlarmNames"]) if self.deployed else ()
        return {"MetricAlarms": [self._alarm(name) for name in names]}

    def _alarm(self, name: str) -> dict[str, Any]:
        return {"AlarmName": name, "StateValue": self.states.get(name, "OK"), "StateTransitionedTimestamp": NOW}


class FakeTarget:
    """An environment that runs the sample system."""

    def __init__(self, cloudwatch: FakeCloudWatch) -> None:
        self.settings = Settings(environment="dev", suffix="unit", systems=(shop.name,))
        self.environment = "dev"
        self.systems = (shop,)
        self._cloudwatch = cloudwatch

    def client(self, service: str) -> FakeCloudWatch:
        assert service == "cloudwatch"
        return self._cloudwatch

    def naming(self) -> Naming:
        return NAMING


@pytest.fixture
def cloudwatch() -> FakeCloudWatch:
    return FakeCloudWatch()


@pytest.fixture
def shown(cloudwatch: FakeCloudWatch, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Shows the sample system in a terminal of 80 columns and returns its lines."""
    monkeypatch.setenv("COLUMNS", "80")

    def show(system: str = shop.name) -> list[str]:
        show_dashboard(cast(Target, FakeTarget(cloudwatch)), system, NOW)
        return [line.rstrip() for line in capsys.readouterr().out.splitlines()]

    return show


def test_an_unknown_system_is_answered_with_those_that_there_are(shown: Any) -> None:
    with pytest.raises(OperationError, match="there is no system 'shop'; there are: corner-shop"):
        shown("shop")


def test_a_refusal_is_said_in_words(shown: Any, cloudwatch: FakeCloudWatch) -> None:
    cloudwatch.refused = True
    with pytest.raises(OperationError, match=r"'dev' does not tell its figures: .*AccessDenied.*DescribeAlarms"):
        shown()


def test_all_of_the_dashboards_graphs_are_shown_in_80_columns(shown: Any) -> None:
    lines = shown()
    titles = [line.split(",")[0].strip() for line in lines if line.endswith((", Sum", ", p99", ", Maximum"))]
    assert titles == [graph.title for graph in graphs(shop, NAMING)]
    labels = [line.split()[0] for line in lines if line.startswith("  ") and "no data" in line]
    assert labels == [label for graph in graphs(shop, NAMING) for label in graph.metrics]
    assert max(map(len, lines)) <= 80


def test_a_figure_is_the_latest_the_least_and_the_most_of_the_hour(shown: Any, cloudwatch: FakeCloudWatch) -> None:
    cloudwatch.values[INVOCATIONS] = {
        THIS_MINUTE - timedelta(hours=1): 9_999,
        THIS_MINUTE - timedelta(minutes=59): 0,
        THIS_MINUTE - timedelta(minutes=30): 1_234,
        THIS_MINUTE: 617.5,
    }
    (line,) = [line for line in shown() if "1,234" in line]
    label, latest, least, most, *bars = line.split()
    assert (label, latest, least, most) == ("order-intake", "617.5", "0", "1,234")
    assert (bars[0], bars[-1]) == (BARS[0], BARS[4])
    assert "█" in line


def test_a_metric_that_cloudwatch_could_not_read_is_not_taken_for_one_without_data(
    shown: Any, cloudwatch: FakeCloudWatch
) -> None:
    cloudwatch.status = "InternalError"
    lines = shown()
    assert not [line for line in lines if "no data" in line]
    assert [line for line in lines if line.startswith("  order-intake") and "InternalError" in line]


def test_an_alarm_that_rings_is_named_with_what_it_means(shown: Any, cloudwatch: FakeCloudWatch) -> None:
    cloudwatch.states = {"shipper-errors-unit": "ALARM", "shop-api-5xx-unit": "INSUFFICIENT_DATA"}
    lines = shown()
    all_of_them = len(list(alarms(shop, NAMING)))
    assert f"alarms: 1 of {all_of_them} ring; 1 INSUFFICIENT_DATA, {all_of_them - 2} OK" in lines
    start = next(place for place, line in enumerate(lines) if line.startswith("alarm "))
    end = lines.index("", start)
    assert lines[start].split() == ["alarm", "since", "because"]
    # The last column is folded.
    told = "shipper fails or times out. What to do: docs/runbooks/function-errors.md"
    row = " ".join(line.strip() for line in lines[start + 1 : end])
    assert row.split(maxsplit=3) == ["shipper-errors", "2026-11-20", "10:14", told]


def test_alarms_that_are_not_deployed_are_not_taken_for_quiet_ones(shown: Any, cloudwatch: FakeCloudWatch) -> None:
    cloudwatch.deployed = False
    lines = shown()
    count = len(list(alarms(shop, NAMING)))
    assert f"alarms: none of {count} ring; {count} {MISSING}" in lines
    assert "what is not deployed can't ring: just deploy observability dev" in lines


def test_more_metrics_than_a_call_takes_are_read_in_several(cloudwatch: FakeCloudWatch) -> None:
    metrics = [Metric("space", f"m{number}", {}, "Sum") for number in range(METRICS_A_CALL + 1)]
    cloudwatch.values = {"m0": {THIS_MINUTE: 1}, f"m{METRICS_A_CALL}": {THIS_MINUTE: 2}}
    series = read_series(cloudwatch, metrics, Window.until(NOW, 60))
    assert cloudwatch.asked == [METRICS_A_CALL, 1]
    assert [(place, one.values[THIS_MINUTE]) for place, one in enumerate(series) if one.values] == [
        (0, 1),
        (METRICS_A_CALL, 2),
    ]


def test_more_alarms_than_a_call_takes_are_read_in_several(cloudwatch: FakeCloudWatch) -> None:
    metric = Metric("", "", {}, "")
    many = [Alarm(f"alarm{number}", "", metric, Runbook.SERVER_ERRORS) for number in range(ALARMS_A_CALL + 1)]
    cloudwatch.states = {f"alarm{ALARMS_A_CALL}-unit": "ALARM"}
    states = list(alarm_states(cloudwatch, many, NAMING))
    assert cloudwatch.asked == [ALARMS_A_CALL, 1]
    assert ([one.alarm for one in states], states[-1].state) == (many, "ALARM")


@pytest.mark.parametrize(
    ("values", "width", "line"),
    [
        ([0, 7], 2, "▁█"),
        ([0, 0], 2, "▁▁"),
        ([5, None, 5], 3, f"█{GAP}█"),
        ([1, 8, None, None, 4, 1], 3, f"█{GAP}▅"),
        ([], 3, ""),
    ],
)
def test_a_sparkline_stands_on_zero_and_keeps_peaks_and_gaps(values: list[float | None], width: int, line: str) -> None:
    assert sparkline(values, width) == line


@given(st.lists(st.none() | st.floats(0, 1e12), max_size=100), st.integers(1, 30))
def test_a_sparkline_is_as_wide_as_it_may_be_and_shows_the_peak(values: list[float | None], width: int) -> None:
    line = sparkline(values, width)
    assert len(line) <= width
    assert set(line) <= {*BARS, GAP}
    assert (BARS[-1] in line) == any(values)
    assert (set(line) <= {GAP}) == all(value is None for value in values)


@given(st.integers(0, 4 * 10**15), st.integers(1, 120))
def test_a_window_ends_with_the_period_under_way_and_is_whole_minutes(microseconds: int, count: int) -> None:
    now = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
    window = Window.until(now, count)
    assert len(window.periods) == count
    assert window.periods[0] == window.begin
    assert window.periods[-1] <= now < window.end == window.periods[-1] + timedelta(minutes=1)
    assert {(period.second, period.microsecond) for period in window.periods} == {(0, 0)}


def _name(asked: Mapping[str, Any]) -> str:
    dimensions = asked["Metric"]["Dimensions"]
    return asked["Metric"]["MetricName"] + "".join(f" of {one['Value']}" for one in dimensions)


def _page(id_: str, timestamps: list[datetime], values: list[float], status: str) -> dict[str, Any]:
    return {
        "MetricDataResults": [{"Id": id_, "Timestamps": timestamps, "Values": values, "StatusCode": status}],
    }
