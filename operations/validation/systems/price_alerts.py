"""The price-alerts system, by the very names and numbers of its requirements."""

from collections.abc import Iterator

from operations.validation import rest_apis
from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, examine_each, named, shows
from operations.validation.finding import Fact, Finding, equals, holds
from operations.validation.queues import attributes
from operations.validation.stated import (
    configuration,
    expiry,
    inputs_of,
    key_under,
    log_retention,
    runs_every,
    sizes,
    table_description,
    table_keys,
)
from shared.model import Api, System

INGESTION, EVALUATION = "webhook-ingestion", "rule-evaluation"
RULES, HISTORY = "alert-rules", "price-history"
UPDATES, ALERTS, KEY = "price-updates", "price-alert-notifications", "price-alerts"
EXCHANGES = ("coinbase", "kraken", "binance", "bitstamp")
VISIBILITY, MOST_TIMEOUT, MOST_WINDOW = 300, 45, 5
MEMORY = {INGESTION: 256, EVALUATION: 512}


def examine(deployed: Deployed, system: System) -> Iterator[Finding]:
    """Findings on the system's own rows."""
    apis = (Examined(deployed, system, api, deployed.naming.name(api)) for api in system.apis)
    yield from examine_each(apis, (_routes,))
    for names, aspects in (
        ([INGESTION, EVALUATION], (_functions, _environment, _log)),
        ([RULES], (_rules, _armed, _table_key)),
        ([HISTORY], (_history, _table_key)),
        ([ALERTS], (_topic,)),
        ([UPDATES], (_queue,)),
        ([EVALUATION], (_consumes,)),
        (["price-alerts-batch-pass"], (_batch_pass,)),
    ):
        yield from examine_each(named(deployed, system, names), aspects)


@shows("PA-1")
def _functions(function: Examined[str]) -> Iterator[Fact]:
    return sizes(function, memory_mb=MEMORY[function.element])


@shows("PA-2")
def _rules(table: Examined[str]) -> Iterator[Fact]:
    return table_keys(table, "userId", "alertId")


@shows("PA-10")
def _armed(table: Examined[str]) -> Iterator[Fact]:
    indexes = {index["IndexName"]: index for index in table_description(table).get("GlobalSecondaryIndexes", [])}
    keys = [key["AttributeName"] for key in indexes.get("armed-index", {}).get("KeySchema", [])]
    yield equals("keys of armed-index", keys, ["armed_for", "threshold"])


@shows("PA-3")
def _history(table: Examined[str]) -> Iterator[Fact]:
    return expiry(table, "expiryTime")


@shows("PA-8")
def _table_key(table: Examined[str]) -> Iterator[Fact]:
    return key_under(table, KEY, table_description(table).get("SSEDescription", {}).get("KMSMasterKeyArn"))


@shows("PA-4", "PA-8")
def _topic(topic: Examined[str]) -> Iterator[Fact]:
    naming = topic.deployed.naming
    arn = f"arn:{naming.partition}:sns:{naming.region}:{naming.account_id}:{topic.name}"
    found = topic.ask("sns", "get_topic_attributes", TopicArn=arn)["Attributes"]
    yield equals("topic's key", found.get("KmsMasterKeyId"), f"alias/{naming.suffixed(KEY)}")


@shows("PA-5")
def _routes(api: Examined[Api]) -> Iterator[Fact]:
    yield equals("API", api.name, f"price-alerts-api-{api.deployed.settings.suffix}")
    methods = rest_apis.methods(api)
    required = rest_apis.model(api, methods.get("POST /webhook", {}), "application/json").get("required")
    yield equals("POST /webhook requires", sorted(required or ()), ["exchange", "price", "symbol"])
    models = [methods.get(f"POST /webhook/{one}", {}).get("requestModels", {}) for one in EXCHANGES]
    names = [model.get("application/json") for model in models]
    own = all(names) and len(set(names)) == len(EXCHANGES)
    yield holds("exchanges' own routes", own, names, f"one model for each of {', '.join(EXCHANGES)}")


@shows("PA-6")
def _queue(queue: Examined[str]) -> Iterator[Fact]:
    found = attributes(queue)
    yield equals("visibility timeout in s", int(found["VisibilityTimeout"]), VISIBILITY)
    redrives = f"{UPDATES}-dlq" in found.get("RedrivePolicy", "")
    yield holds("dead letters", redrives, redrives, "in a queue of its own")


@shows("PA-6")
def _consumes(function: Examined[str]) -> Iterator[Fact]:
    timeout = configuration(function)["Timeout"]
    yield holds("consumer's timeout in s", timeout <= MOST_TIMEOUT, timeout, f"at most {MOST_TIMEOUT}")
    asked = {"FunctionName": function.name}
    mappings = function.deployed.ask_all("lambda", "list_event_source_mappings", "EventSourceMappings", **asked)
    windows = [
        one.get("MaximumBatchingWindowInSeconds", 0)
        for one in mappings
        if one["EventSourceArn"].endswith(f":{function.deployed.naming.suffixed(UPDATES)}")
    ]
    well = len(windows) == 1 and windows[0] <= MOST_WINDOW
    yield holds("mapping's window in s", well, windows, f"at most {MOST_WINDOW}")


@shows("PA-7")
def _batch_pass(rule: Examined[str]) -> Iterator[Fact]:
    yield from runs_every(rule, 5, EVALUATION)
    yield equals("runs it as", inputs_of(rule), [{"batch_pass": True}])


@shows("PA-8")
def _environment(function: Examined[str]) -> Iterator[Fact]:
    return key_under(function, KEY, configuration(function).get("KMSKeyArn"))


@shows("PA-11")
def _log(function: Examined[str]) -> Iterator[Fact]:
    return log_retention(function, 14)
