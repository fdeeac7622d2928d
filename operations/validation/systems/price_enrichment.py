"""The price-enrichment system, by the very names and numbers of its requirements."""

from collections.abc import Iterator
from typing import Any

from operations.validation import rest_apis
from operations.validation.deployed import Deployed
from operations.validation.documents import statements
from operations.validation.examination import Examined, examine_each, named, shows
from operations.validation.finding import Fact, Finding, equals, holds
from operations.validation.queues import attributes
from operations.validation.stated import (
    configuration,
    exports,
    key_under,
    log_retention,
    sizes,
    table_description,
    table_keys,
)
from shared.model import Api, System

PROCESSOR, ENRICHER, NOTIFIER = "webhook-processor", "price-enricher", "price-error-notifier"
TABLE, UPDATES, KEY = "crypto-prices", "price-updates-success", "price-enrichment"
FAILURES = f"{PROCESSOR}-failures"
DEAD_LETTERS = (FAILURES, f"{ENRICHER}-stream-dlq", f"{NOTIFIER}-failures")
FOUR_DAYS = 345_600
SIGNATURE_HEADER = "method.request.header.X-Webhook-Signature"
ENDPOINTS = "EXCHANGE_ENDPOINTS_CIPHERTEXT"
EXPORTS = {
    "data": ("crypto_prices_table_name",),
    "messaging": ("price_updates_success_topic_arn",),
    "compute": ("webhook_processor_function_arn", "price_enricher_function_arn"),
}


def examine(deployed: Deployed, system: System) -> Iterator[Finding]:
    """Findings on the system's own rows."""
    apis = (Examined(deployed, system, api, deployed.naming.name(api)) for api in system.apis)
    yield from examine_each(apis, (_route,))
    for names, aspects in (
        ([PROCESSOR], (_processor, _ends, _endpoints)),
        ([ENRICHER], (_enricher, _fed)),
        ([PROCESSOR, ENRICHER], (_environment, _watched)),
        ([PROCESSOR, ENRICHER, NOTIFIER], (_decrypts, _log)),
        ([TABLE], (_table,)),
        (DEAD_LETTERS, (_kept,)),
        ([system.name], (_exports,)),
    ):
        yield from examine_each(named(deployed, system, names), aspects)


@shows("PE-1")
def _processor(function: Examined[str]) -> Iterator[Fact]:
    return sizes(function, memory_mb=1_024, timeout=60)


@shows("PE-1")
def _route(api: Examined[Api]) -> Iterator[Fact]:
    yield equals("API", api.name, f"price-webhook-api-{api.deployed.settings.suffix}")
    method = rest_apis.methods(api).get("POST /webhook", {})
    yield equals("signature header required", method.get("requestParameters", {}).get(SIGNATURE_HEADER), True)
    integration = method.get("methodIntegration", {})
    invoked = integration.get("requestParameters", {}).get("integration.request.header.X-Amz-Invocation-Type")
    yield equals("invocation", invoked, "'Event'")
    yield equals("answers", sorted(integration.get("integrationResponses", {})), ["202"])


@shows("PE-2")
def _enricher(function: Examined[str]) -> Iterator[Fact]:
    return sizes(function, memory_mb=512)


@shows("PE-2", "PE-8")
def _fed(function: Examined[str]) -> Iterator[Fact]:
    asked = {"FunctionName": function.name}
    found = function.deployed.ask_all("lambda", "list_event_source_mappings", "EventSourceMappings", **asked)
    table = function.deployed.naming.suffixed(TABLE)
    streams = [one for one in found if f":table/{table}/stream/" in one["EventSourceArn"]]
    patterns = [one["Pattern"] for stream in streams for one in stream.get("FilterCriteria", {}).get("Filters", [])]
    well = len(streams) == len(patterns) == 1 and '"INSERT"' in patterns[0]
    alone = not any(f'"{kind}"' in pattern for pattern in patterns for kind in ("MODIFY", "REMOVE"))
    yield holds("takes from the table's stream", well and alone, patterns, "INSERT alone")


@shows("PE-3")
def _table(table: Examined[str]) -> Iterator[Fact]:
    yield from table_keys(table, "symbol", "timestamp")
    found = table_description(table)
    types = {one["AttributeName"]: one["AttributeType"] for one in found["AttributeDefinitions"]}
    yield equals("types", types, {"symbol": "S", "timestamp": "N"})
    yield equals("stream", found.get("StreamSpecification", {}).get("StreamEnabled"), True)


@shows("PE-4")
def _kept(queue: Examined[str]) -> Iterator[Fact]:
    yield equals("retention in s", int(attributes(queue)["MessageRetentionPeriod"]), FOUR_DAYS)


@shows("PE-4", "PE-5")
def _ends(function: Examined[str]) -> Iterator[Fact]:
    found = function.ask("lambda", "get_function_event_invoke_config", FunctionName=function.name)
    yield equals("retries", found.get("MaximumRetryAttempts"), 2)
    suffixed = function.deployed.naming.suffixed
    for end, wanted in (("OnSuccess", UPDATES), ("OnFailure", FAILURES)):
        destination = str(found.get("DestinationConfig", {}).get(end, {}).get("Destination"))
        yield equals(end, destination.rpartition(":")[2], suffixed(wanted))


@shows("PE-6")
def _environment(function: Examined[str]) -> Iterator[Fact]:
    return key_under(function, KEY, configuration(function).get("KMSKeyArn"))


@shows("PE-6")
def _endpoints(function: Examined[str]) -> Iterator[Fact]:
    carried = configuration(function).get("Environment", {}).get("Variables", {}).get(ENDPOINTS, "")
    # What is shown must not be a secret, should it be one.
    yield holds("endpoints", bool(carried) and "://" not in carried, "ciphertext" if carried else None, "ciphertext")


@shows("PE-6")
def _decrypts(function: Examined[str]) -> Iterator[Fact]:
    names = function.ask("iam", "list_role_policies", RoleName=function.name)["PolicyNames"]
    documents: list[Any] = [
        function.ask("iam", "get_role_policy", RoleName=function.name, PolicyName=name)["PolicyDocument"]
        for name in names
    ]
    granted = any("kms:Decrypt" in said["Action"] for document in documents for said in statements(document))
    yield equals("may decrypt", granted, function.element != NOTIFIER)


@shows("PE-7")
def _log(function: Examined[str]) -> Iterator[Fact]:
    return log_retention(function, 3)


@shows("PE-7")
def _watched(function: Examined[str]) -> Iterator[Fact]:
    found = function.ask("logs", "describe_subscription_filters", logGroupName=f"/aws/lambda/{function.name}")
    names = [one["destinationArn"].rpartition(":")[2] for one in found["subscriptionFilters"]]
    yield equals("log subscribed to by", names, [function.deployed.naming.suffixed(NOTIFIER)])
    patterns = [one["filterPattern"] for one in found["subscriptionFilters"]]
    yield holds("pattern", all("ERROR" in pattern for pattern in patterns), patterns, "ERROR and more")


@shows("PE-10")
def _exports(system: Examined[str]) -> Iterator[Fact]:
    return exports(system, EXPORTS)
