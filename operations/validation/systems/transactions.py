"""The transactions system, by the very names and numbers of its requirements."""

from collections.abc import Iterator

from operations.validation import rest_apis
from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, examine_each, named, shows
from operations.validation.finding import Fact, Finding, agrees, equals, holds
from operations.validation.queues import attributes
from operations.validation.stated import (
    configuration,
    expiry,
    exports,
    inputs_of,
    log_retention,
    runs_every,
    table_description,
    table_keys,
)
from shared.model import Api, System

TABLE = "transaction-events"
VALIDATOR, ROUTER = "webhook-validator", "transaction-router"
QUEUES = ("payments-queue", "refunds-queue", "disputes-queue")
DEAD_LETTERS = tuple(f"{queue}-dlq" for queue in QUEUES)
SEVEN_DAYS = 604_800
VARIABLES = {
    VALIDATOR: {"TRANSACTION_EVENTS_TABLE": TABLE},
    ROUTER: {
        "TRANSACTION_EVENTS_TABLE": TABLE,
        "PAYMENTS_QUEUE_URL": "payments-queue",
        "REFUNDS_QUEUE_URL": "refunds-queue",
        "DISPUTES_QUEUE_URL": "disputes-queue",
    },
}
EXPORTS = {
    "api": ("webhook_api_url",),
    "compute": ("webhook_validator_function_arn", "transaction_router_function_arn"),
    "messaging": ("payments_queue_url", "refunds_queue_url", "disputes_queue_url"),
}


def examine(deployed: Deployed, system: System) -> Iterator[Finding]:
    """Findings on the system's own rows."""
    apis = (Examined(deployed, system, api, deployed.naming.name(api)) for api in system.apis)
    yield from examine_each(apis, (_api,))
    for names, aspects in (
        ([VALIDATOR], (_validates,)),
        ([TABLE], (_table, _outbox)),
        ([VALIDATOR, ROUTER], (_log, _variables)),
        ([ROUTER], (_fed,)),
        ([*QUEUES, *DEAD_LETTERS], (_kept,)),
        (QUEUES, (_routed_to,)),
        (["transaction-sweep"], (_sweep,)),
        ([system.name], (_exports,)),
    ):
        yield from examine_each(named(deployed, system, names), aspects)


@shows("TX-1")
def _api(api: Examined[Api]) -> Iterator[Fact]:
    yield equals("API", api.name, f"webhook-api-{api.deployed.settings.suffix}")
    method = rest_apis.methods(api).get("POST /webhook", {})
    required = rest_apis.model(api, method, "application/json").get("required")
    yield equals("POST /webhook requires", required, ["event_id", "transaction_type", "amount", "timestamp"])
    settings = rest_apis.method_settings(api)
    yield equals("requests a second", settings.get("throttlingRateLimit"), 1_000)
    yield equals("burst", settings.get("throttlingBurstLimit"), 1_000)


@shows("TX-2")
def _validates(function: Examined[str]) -> Iterator[Fact]:
    yield equals("function", configuration(function)["FunctionName"], function.name)
    (api,) = function.system.apis
    method = rest_apis.methods(Examined(function.deployed, function.system, api, "")).get("POST /webhook", {})
    uri = method.get("methodIntegration", {}).get("uri", "")
    invokes = uri.endswith(f":function:{function.name}/invocations")
    yield holds("POST /webhook invokes it", invokes, invokes, "yes")


@shows("TX-3")
def _table(table: Examined[str]) -> Iterator[Fact]:
    yield from table_keys(table, "event_id")
    yield from expiry(table, "expires_at")


@shows("TX-7")
def _outbox(table: Examined[str]) -> Iterator[Fact]:
    found = table_description(table)
    shown = found.get("StreamSpecification", {}).get("StreamViewType")
    yield holds("stream", shown in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"), shown, "NEW_IMAGE")
    indexes = {index["IndexName"]: index for index in found.get("GlobalSecondaryIndexes", [])}
    keys = [key["AttributeName"] for key in indexes.get("unrouted-index", {}).get("KeySchema", [])]
    yield equals("keys of unrouted-index", keys, ["unrouted", "received_at"])


@shows("TX-6")
def _log(function: Examined[str]) -> Iterator[Fact]:
    return log_retention(function, 30)


@shows("TX-6")
def _variables(function: Examined[str]) -> Iterator[Fact]:
    found = configuration(function).get("Environment", {}).get("Variables", {})
    naming = function.deployed.naming
    wrong = [
        f"{variable} is {found.get(variable)}"
        for variable, name in VARIABLES[function.element].items()
        if found.get(variable, "").rpartition("/")[2] != naming.suffixed(name)
    ]
    yield agrees("variables", wrong, "tables and queues by name and URL")


@shows("TX-7")
def _fed(function: Examined[str]) -> Iterator[Fact]:
    asked = {"FunctionName": function.name}
    found = function.deployed.ask_all("lambda", "list_event_source_mappings", "EventSourceMappings", **asked)
    table = function.deployed.naming.suffixed(TABLE)
    streams = [one for one in found if f":table/{table}/stream/" in one["EventSourceArn"]]
    yield equals("mappings from the table's stream", len(streams), 1)
    for mapping in streams:
        yield equals("mapping's state", mapping.get("State"), "Enabled")
        yield equals("mapping starts at", mapping.get("StartingPosition"), "TRIM_HORIZON")


@shows("TX-5")
def _kept(queue: Examined[str]) -> Iterator[Fact]:
    found = attributes(queue)
    yield equals("retention in s", int(found["MessageRetentionPeriod"]), SEVEN_DAYS)
    yield equals("encryption", found.get("KmsMasterKeyId"), "alias/aws/sqs")


@shows("TX-4")
def _routed_to(queue: Examined[str]) -> Iterator[Fact]:
    arn = attributes(queue)["QueueArn"]
    yield equals("queue", arn.rpartition(":")[2], queue.name)
    router = Examined(queue.deployed, queue.system, ROUTER, queue.deployed.naming.suffixed(ROUTER))
    yield equals("router", configuration(router).get("State"), "Active")


@shows("TX-7")
def _sweep(rule: Examined[str]) -> Iterator[Fact]:
    yield from runs_every(rule, 5, ROUTER)
    yield equals("runs it as", inputs_of(rule), [{"sweep": True}])


@shows("TX-9")
def _exports(system: Examined[str]) -> Iterator[Fact]:
    return exports(system, EXPORTS)
