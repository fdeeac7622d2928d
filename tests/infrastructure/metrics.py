"""The metrics that the deployed resources bring forth."""

from collections.abc import Iterator

from tests.infrastructure.engine import Environment

# Namespace, name, and dimensions.
Series = tuple[str, str, frozenset[tuple[str, str]]]

# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html and the likes of it.
OF_FUNCTION = ("Invocations", "Errors", "Throttles", "Duration", "DestinationDeliveryFailures")
OF_QUEUE = ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")
OF_API = ("Count", "4XXError", "5XXError", "Latency")


def measured(environment: Environment) -> set[Series]:
    """Every metric that exists once everything has run."""
    return {*_of_functions(environment), *_of_queues(environment), *_of_apis(environment), *_of_logs(environment)}


def _of_functions(environment: Environment) -> Iterator[Series]:
    for function in environment.of("lambda/function:Function"):
        dimensions = frozenset({("FunctionName", function.inputs["name"])})
        yield from (("AWS/Lambda", name, dimensions) for name in OF_FUNCTION)
    for mapping in environment.of("lambda/eventSourceMapping:EventSourceMapping"):
        if "/stream/" in mapping.inputs["eventSourceArn"]:
            yield "AWS/Lambda", "IteratorAge", frozenset({("FunctionName", mapping.inputs["functionName"])})


def _of_queues(environment: Environment) -> Iterator[Series]:
    for queue in environment.of("sqs/queue:Queue"):
        dimensions = frozenset({("QueueName", queue.inputs["name"])})
        yield from (("AWS/SQS", name, dimensions) for name in OF_QUEUE)


def _of_apis(environment: Environment) -> Iterator[Series]:
    names = {api.outputs["id"]: api.inputs["name"] for api in environment.of("apigateway/restApi:RestApi")}
    for stage in environment.of("apigateway/stage:Stage"):
        dimensions = frozenset({("ApiName", names[stage.inputs["restApi"]]), ("Stage", stage.inputs["stageName"])})
        yield from (("AWS/ApiGateway", name, dimensions) for name in OF_API)


def _of_logs(environment: Environment) -> Iterator[Series]:
    for counts in environment.of("cloudwatch/logMetricFilter:LogMetricFilter"):
        counted = counts.inputs["metricTransformation"]
        yield counted["namespace"], counted["name"], frozenset()
