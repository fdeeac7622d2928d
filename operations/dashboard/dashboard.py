"""`dashboard`: shows a system's alarms and the figures of its CloudWatch dashboard."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from operations.alarm_state import MISSING, RINGS, AlarmState, alarm_states
from operations.dashboard.series import Series, read_series
from operations.dashboard.sparkline import sparkline
from operations.dashboard.window import Window
from operations.problem import OperationError, choose
from operations.target import Target
from shared.alarms import alarms
from shared.dashboard import PERIOD, Graph, graphs

PERIODS = 60
# With the figures beside them, labels of 30 characters find room in a terminal of 80.
BARS = 20
NO_DATA = "no data"


def show_dashboard(target: Target, system: str, now: datetime) -> None:
    """Prints the system's alarms that are not well, and its figures of the hour before `now`, each minute one.

    OperationError where the environment has no such system, or CloudWatch does not answer.
    """
    systems = {known.name: known for known in target.systems}
    described = systems[choose("system", system, tuple(systems))]
    window = Window.until(now, PERIODS)
    try:
        naming, cloudwatch = target.naming(), target.client("cloudwatch")
        states = list(alarm_states(cloudwatch, tuple(alarms(described, naming)), naming))
        shown = list(graphs(described, naming))
        series = read_series(cloudwatch, [metric for graph in shown for metric in graph.metrics.values()], window)
    except (BotoCoreError, ClientError) as error:
        raise OperationError(f"'{target.environment}' does not tell its figures: {error}") from None
    console = Console(markup=False, highlight=False)
    console.print(f"{system} in '{target.environment}', {window.begin:%Y-%m-%d %H:%M} to {now:%H:%M} UTC\n")
    _print_alarms(console, states, target.environment)
    _print_figures(console, shown, series, window)


def _print_alarms(console: Console, states: Sequence[AlarmState], environment: str) -> None:
    counts = Counter(one.state for one in states)
    others = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()) if state != RINGS)
    console.print(f"alarms: {counts[RINGS] or 'none'} of {len(states)} ring" + (f"; {others}" if others else ""))
    table = _table("alarm", "since", "because")
    table.columns[0].no_wrap = True
    for one in states:
        if one.state == RINGS:
            since = f"{one.since:%Y-%m-%d %H:%M}" if one.since else ""
            table.add_row(one.alarm.name, since, one.alarm.text)
    if counts[RINGS]:
        console.print(table)
    if counts[MISSING]:
        console.print(f"what is not deployed can't ring: just deploy observability {environment}")
    console.print()


def _print_figures(console: Console, shown: Iterable[Graph], series: Iterable[Series], window: Window) -> None:
    table = _table("", "latest", "least", "most", f"a bar is {PERIODS * PERIOD // BARS // 60} min")
    for column in table.columns[1:4]:
        column.justify = "right"
    rest = iter(series)
    for graph in shown:
        (statistic,) = {metric.statistic for metric in graph.metrics.values()}
        table.add_row(f"{graph.title}, {statistic}", style="bold")
        for label, one in zip(graph.metrics, islice(rest, len(graph.metrics)), strict=True):
            table.add_row(f"  {label}", *_cells(one, window))
    console.print(table)


def _cells(series: Series, window: Window) -> Iterator[str]:
    values = series.over(window)
    known = [value for value in values if value is not None]
    if series.failure or not known:
        yield series.failure or NO_DATA
        return
    yield from (_figure(value) for value in (known[-1], min(known), max(known)))
    yield sparkline(values, BARS)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
