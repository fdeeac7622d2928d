"""The dashboard of a system: the figures an operator looks at first, from its description."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.alarms import Metric
from shared.model import DeadLetterQueue, Queue, System
from shared.naming import Naming
from shared.stage import STAGE

# CloudWatch's grid is 24 columns wide; two graphs stand side by side.
WIDTH = 12
HEIGHT = 6
PERIOD = 60


@dataclass(frozen=True, slots=True)
class Graph:
    """Metrics that belong on one graph, by their labels on it; all are of one unit and one statistic."""

    title: str
    metrics: Mapping[str, Metric]


def graphs(system: System, naming: Naming) -> Iterator[Graph]:
    """Traffic and latency of the APIs, work and trouble of the functions, depth of the queues and dead letters."""
    return (graph for graph in _graphs(system, naming) if graph.metrics)


def dashboard_body(system: System, naming: Naming) -> dict[str, object]:
    """The dashboard as CloudWatch's JSON."""
    return {"widgets": [_widget(place, graph, naming.region) for place, graph in enumerate(graphs(system, naming))]}


def _graphs(system: System, naming: Naming) -> Iterator[Graph]:
    for api in system.apis:
        dimensions = {"ApiName": naming.name(api), "Stage": STAGE}
        counts = {name: Metric("AWS/ApiGateway", name, dimensions, "Sum") for name in ("Count", "4XXError", "5XXError")}
        yield Graph(f"{api.name}: requests", counts)
        latency = {"Latency": Metric("AWS/ApiGateway", "Latency", dimensions, "p99")}
        yield Graph(f"{api.name}: latency in ms", latency)
    for name in ("Invocations", "Errors", "Throttles"):
        yield Graph(f"functions: {name.lower()}", _of_functions(system, naming, name, "Sum"))
    yield Graph("functions: duration in ms", _of_functions(system, naming, "Duration", "p99"))
    yield Graph("queues: messages", _depths(system.queues, naming))
    yield Graph("dead letters", _depths(system.dead_letter_queues, naming))


def _of_functions(system: System, naming: Naming, name: str, statistic: str) -> dict[str, Metric]:
    return {
        function.name: Metric("AWS/Lambda", name, {"FunctionName": naming.name(function)}, statistic)
        for function in system.functions
    }


def _depths(queues: Iterable[Queue | DeadLetterQueue], naming: Naming) -> dict[str, Metric]:
    depth = "ApproximateNumberOfMessagesVisible"
    return {queue.name: Metric("AWS/SQS", depth, {"QueueName": naming.name(queue)}, "Maximum") for queue in queues}


def _widget(place: int, graph: Graph, region: str) -> dict[str, object]:
    row, column = divmod(place, 24 // WIDTH)
    metrics = [_row(label, metric) for label, metric in graph.metrics.items()]
    properties = {"title": graph.title, "region": region, "period": PERIOD, "view": "timeSeries", "metrics": metrics}
    position = {"x": column * WIDTH, "y": row * HEIGHT, "width": WIDTH, "height": HEIGHT}
    return {"type": "metric", **position, "properties": properties}


def _row(label: str, metric: Metric) -> list[object]:
    dimensions = (part for dimension in metric.dimensions.items() for part in dimension)
    return [metric.namespace, metric.name, *dimensions, {"stat": metric.statistic, "label": label}]
