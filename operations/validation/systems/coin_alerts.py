"""The coin-alerts system, by the very names and numbers of its requirements."""

from collections.abc import Iterator

from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, examine_each, named, shows
from operations.validation.finding import Fact, Finding, equals, holds
from operations.validation.stated import (
    configuration,
    exports,
    key_under,
    log_retention,
    runs_every,
    sizes,
    table_description,
    table_keys,
)
from operations.validation.tags import by_key
from shared.model import System

CHECKER, PROCESSOR = "price-checker", "alert-processor"
TABLE, TOPIC, KEY, RULE = "crypto-alerts", "price-alerts", "crypto-alerts", "price-checker-rule"
SIZES = {CHECKER: (512, 60), PROCESSOR: (256, 30)}
INCLUDED = {"userId", "alertId", "threshold", "condition"}
EXPORTS = {
    "data": ("crypto_alerts_table_name", "crypto_alerts_table_arn"),
    "messaging": ("price_alerts_topic_arn",),
    "compute": (
        *("price_checker_function_name", "price_checker_function_arn", "price_checker_rule_name"),
        *("alert_processor_function_name", "alert_processor_function_arn"),
    ),
    "security": ("crypto_alerts_key_id",),
}


def examine(deployed: Deployed, system: System) -> Iterator[Finding]:
    """Findings on the system's own rows."""
    for names, aspects in (
        ([TABLE], (_table, _tags)),
        ([CHECKER], (_checker,)),
        ([PROCESSOR], (_processor, _fed)),
        ([CHECKER, PROCESSOR], (_environment, _log)),
        ([RULE], (_rule,)),
        ([TOPIC], (_topic, _mails)),
        ([system.name], (_exports,)),
    ):
        yield from examine_each(named(deployed, system, names), aspects)


@shows("CA-1")
def _table(table: Examined[str]) -> Iterator[Fact]:
    yield from table_keys(table, "userId", "alertId")
    found = table_description(table)
    yield equals("stream", found.get("StreamSpecification", {}).get("StreamViewType"), "NEW_AND_OLD_IMAGES")
    indexes = {index["IndexName"]: index for index in found.get("GlobalSecondaryIndexes", [])}
    index = indexes.get("coinSymbol-index", {})
    yield equals("coinSymbol-index", [key["AttributeName"] for key in index.get("KeySchema", [])], ["coinSymbol"])
    # The table's keys are in every index, whether they are named or not.
    shown = {*index.get("Projection", {}).get("NonKeyAttributes", ()), "userId", "alertId"}
    yield equals("coinSymbol-index includes", shown, INCLUDED)


@shows("CA-2")
def _checker(function: Examined[str]) -> Iterator[Fact]:
    memory, timeout = SIZES[CHECKER]
    return sizes(function, memory_mb=memory, timeout=timeout)


@shows("CA-2")
def _rule(rule: Examined[str]) -> Iterator[Fact]:
    return runs_every(rule, 1, CHECKER)


@shows("CA-3")
def _processor(function: Examined[str]) -> Iterator[Fact]:
    memory, timeout = SIZES[PROCESSOR]
    return sizes(function, memory_mb=memory, timeout=timeout)


@shows("CA-3")
def _fed(function: Examined[str]) -> Iterator[Fact]:
    asked = {"FunctionName": function.name}
    found = function.deployed.ask_all("lambda", "list_event_source_mappings", "EventSourceMappings", **asked)
    table = function.deployed.naming.suffixed(TABLE)
    streams = [one for one in found if f":table/{table}/stream/" in one["EventSourceArn"]]
    yield equals("mappings from the table's stream", len(streams), 1)
    for mapping in streams:
        yield equals("starts at", mapping.get("StartingPosition"), "LATEST")
        yield equals("batch", mapping.get("BatchSize"), 10)
        yield equals("window in s", mapping.get("MaximumBatchingWindowInSeconds"), 5)
        patterns = [one["Pattern"] for one in mapping.get("FilterCriteria", {}).get("Filters", [])]
        well = len(patterns) == 1 and all(f'"{kind}"' in patterns[0] for kind in ("INSERT", "MODIFY"))
        yield holds("takes", well and '"REMOVE"' not in patterns[0], patterns, "INSERT and MODIFY")


@shows("CA-5")
def _environment(function: Examined[str]) -> Iterator[Fact]:
    return key_under(function, KEY, configuration(function).get("KMSKeyArn"))


@shows("CA-5")
def _log(function: Examined[str]) -> Iterator[Fact]:
    return log_retention(function, 14)


@shows("CA-5")
def _topic(topic: Examined[str]) -> Iterator[Fact]:
    found = topic.ask("sns", "get_topic_attributes", TopicArn=_arn(topic))["Attributes"]
    yield equals("topic's key", found.get("KmsMasterKeyId"), "alias/aws/sns")


@shows("CA-5")
def _tags(table: Examined[str]) -> Iterator[Fact]:
    found = by_key(table.ask("dynamodb", "list_tags_of_resource", ResourceArn=table_description(table)["TableArn"]))
    settings = table.deployed.settings
    wanted = {"Environment": settings.suffix, "Service": "crypto-alerts", **settings.tags}
    for tag in ("Environment", "Service"):
        yield equals(f"tag {tag}", found.get(tag), wanted[tag])


@shows("CA-6")
def _exports(system: Examined[str]) -> Iterator[Fact]:
    return exports(system, EXPORTS)


@shows("CA-8")
def _mails(topic: Examined[str]) -> Iterator[Fact]:
    found = topic.deployed.ask_all("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=_arn(topic))
    addresses = {one["Endpoint"] for one in found if one["Protocol"] == "email"}
    wanted = set(topic.deployed.settings.emails.get(TOPIC, ()))
    # Addresses are personal: their number says enough.
    yield holds("e-mail subscriptions", wanted <= addresses, len(addresses), f"{len(wanted)} of the settings")


def _arn(topic: Examined[str]) -> str:
    naming = topic.deployed.naming
    return f"arn:{naming.partition}:sns:{naming.region}:{naming.account_id}:{topic.name}"
