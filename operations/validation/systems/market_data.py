"""The market-data system, by the very names and numbers of its requirements."""

from collections.abc import Iterator
from typing import Any

from operations.validation import rest_apis
from operations.validation.deployed import Deployed
from operations.validation.documents import statements
from operations.validation.examination import Examined, examine_each, named, shows
from operations.validation.finding import Fact, Finding, agrees, equals, holds
from operations.validation.queues import attributes
from operations.validation.stated import (
    configuration,
    exports,
    inputs_of,
    log_retention,
    runs_every,
    sizes,
    table_description,
    table_keys,
)
from operations.validation.tags import by_key
from shared.model import Api, System

INGESTION, PROCESSOR, AGGREGATOR = "DataIngestion", "DataProcessor", "DataAggregator"
BUCKET, TABLE, QUEUE, BUS = "market-data", "MarketDataState", "ProcessingQueue", "market-data-events"
SWEEP, TOUCHED = "market-data-sweep", "market-data-windows-touched"
MEMORY = 3_072
ROUTES = {"POST /ingest": INGESTION, "POST /aggregates": AGGREGATOR}
# By service: what the functions' own work needs; logs and traces come on top.
SERVICES = {
    INGESTION: {"s3", "sqs", "dynamodb"},
    PROCESSOR: {"sqs", "dynamodb", "events"},
    AGGREGATOR: {"dynamodb", "cloudwatch", "sqs"},
}
TELEMETRY = {"logs", "xray"}
DENIED = {"dynamodb:DeleteTable", "s3:DeleteBucket", "s3:PutObject", "*"}
EXPORTS = {
    "api": ("market_data_api_url",),
    "data": ("market_data_bucket_name", "market_data_state_table_arn"),
}


def examine(deployed: Deployed, system: System) -> Iterator[Finding]:
    """Findings on the system's own rows."""
    apis = (Examined(deployed, system, api, deployed.naming.name(api)) for api in system.apis)
    yield from examine_each(apis, (_throttled, _guarded, _invokes))
    for names, aspects in (
        ([BUCKET], (_kept,)),
        ([TABLE], (_table, _tags)),
        ([INGESTION, PROCESSOR, AGGREGATOR], (_sizes, _grants, _denials)),
        ([QUEUE], (_queue,)),
        ([PROCESSOR], (_fed,)),
        ([TOUCHED], (_events,)),
        ([SWEEP], (_sweep,)),
        ([system.name], (_exports,)),
    ):
        yield from examine_each(named(deployed, system, names), aspects)


@shows("MD-1")
def _kept(bucket: Examined[str]) -> Iterator[Fact]:
    rules = bucket.ask("s3", "get_bucket_lifecycle_configuration", Bucket=bucket.name)["Rules"]
    yield equals("objects gone after days", [rule.get("Expiration", {}).get("Days") for rule in rules], [30])


@shows("MD-2")
def _table(table: Examined[str]) -> Iterator[Fact]:
    yield from table_keys(table, "symbol", "timestamp")
    found = table_description(table)
    types = {one["AttributeName"]: one["AttributeType"] for one in found["AttributeDefinitions"]}
    yield equals("types of the key", [types.get(name) for name in ("symbol", "timestamp")], ["S", "N"])
    indexes = {index["IndexName"]: index for index in found.get("GlobalSecondaryIndexes", [])}
    keys = [key["AttributeName"] for key in indexes.get("dirty-index", {}).get("KeySchema", [])]
    yield equals("keys of dirty-index", keys, ["dirty", "touched_at"])


@shows("MD-3")
def _sizes(function: Examined[str]) -> Iterator[Fact]:
    yield from sizes(function, memory_mb=MEMORY)
    yield from log_retention(function, 7)


@shows("MD-4")
def _throttled(api: Examined[Api]) -> Iterator[Fact]:
    yield equals("API", api.name, f"MarketDataAPI-{api.deployed.settings.suffix}")
    settings = rest_apis.method_settings(api)
    yield equals("requests a second", settings.get("throttlingRateLimit"), 10_000)
    yield equals("burst", settings.get("throttlingBurstLimit"), 5_000)


@shows("MD-4", "MD-7")
def _invokes(api: Examined[Api]) -> Iterator[Fact]:
    methods = rest_apis.methods(api)
    for route, function in ROUTES.items():
        integration = methods.get(route, {}).get("methodIntegration", {})
        invoked = integration.get("uri", "").rpartition(":function:")[2].removesuffix("/invocations")
        yield equals(f"{route} invokes", invoked, api.deployed.naming.suffixed(function))
        yield equals(f"{route} waits for it", integration.get("type"), "AWS_PROXY")


@shows("MD-11")
def _guarded(api: Examined[Api]) -> Iterator[Fact]:
    methods = rest_apis.methods(api)
    for route in ROUTES:
        yield equals(f"{route} lets in", methods.get(route, {}).get("authorizationType"), "AWS_IAM")


@shows("MD-5")
def _queue(queue: Examined[str]) -> Iterator[Fact]:
    found = attributes(queue)
    yield equals("retention in s", int(found["MessageRetentionPeriod"]), 345_600)
    yield equals("visibility timeout in s", int(found["VisibilityTimeout"]), 300)
    redrives = f"{QUEUE}-dlq" in found.get("RedrivePolicy", "")
    yield holds("dead letters", redrives, redrives, "in a queue of its own")


@shows("MD-5")
def _fed(function: Examined[str]) -> Iterator[Fact]:
    asked = {"FunctionName": function.name}
    found = function.deployed.ask_all("lambda", "list_event_source_mappings", "EventSourceMappings", **asked)
    queues = [one["EventSourceArn"].rpartition(":")[2] for one in found]
    yield equals("takes from", queues, [function.deployed.naming.suffixed(QUEUE)])


@shows("MD-6", "MD-7")
def _events(rule: Examined[str]) -> Iterator[Fact]:
    bus = rule.deployed.naming.suffixed(BUS)
    found = rule.ask("events", "describe_rule", Name=rule.name, EventBusName=bus)
    yield equals("rule's bus", found.get("EventBusName"), bus)
    targets = rule.ask("events", "list_targets_by_rule", Rule=rule.name, EventBusName=bus)["Targets"]
    names = [target["Arn"].rpartition(":")[2] for target in targets]
    yield equals("runs", names, [rule.deployed.naming.suffixed(AGGREGATOR)])


@shows("MD-7")
def _sweep(rule: Examined[str]) -> Iterator[Fact]:
    yield from runs_every(rule, 5, AGGREGATOR)
    yield equals("runs it as", inputs_of(rule), [{"sweep": True}])


@shows("MD-8")
def _grants(function: Examined[str]) -> Iterator[Fact]:
    allowed = {action for one in _statements(function, "Allow") for action in one["Action"]}
    services = {action.partition(":")[0] for action in allowed} - TELEMETRY
    yield equals("services", services, SERVICES[function.element])
    puts = [one["Resource"] for one in _statements(function, "Allow") if "s3:PutObject" in one["Action"]]
    own = [[f"arn:aws:s3:::{function.deployed.naming.suffixed(BUCKET)}/reports/*"]]
    yield equals("writes objects", puts, own if function.element == INGESTION else [])


@shows("MD-8")
def _denials(function: Examined[str]) -> Iterator[Fact]:
    denied = {action for one in _statements(function, "Deny") for action in one["Action"]}
    yield agrees("denies", (f"no {action}" for action in sorted(DENIED - denied)), ", ".join(sorted(DENIED)))


@shows("MD-9")
def _tags(table: Examined[str]) -> Iterator[Fact]:
    found = by_key(table.ask("dynamodb", "list_tags_of_resource", ResourceArn=table_description(table)["TableArn"]))
    wanted = {"Environment": "Production", "Project": "MarketAnalytics", **table.deployed.settings.tags}
    for tag in ("Environment", "Project"):
        yield equals(f"tag {tag}", found.get(tag), wanted[tag])


@shows("MD-10")
def _exports(system: Examined[str]) -> Iterator[Fact]:
    return exports(system, EXPORTS)


def _statements(function: Examined[str], effect: str) -> list[dict[str, Any]]:
    """The statements of that effect among the grants of the function's role, their actions and resources as lists."""
    role = configuration(function)["Role"].rpartition("/")[2]
    policy = function.deployed.naming.suffixed(f"{function.element}-grants")
    document = function.ask("iam", "get_role_policy", RoleName=role, PolicyName=policy)["PolicyDocument"]
    return [one for one in statements(document) if one["Effect"] == effect]
