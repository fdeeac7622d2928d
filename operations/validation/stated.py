"""Facts that many systems' requirements state: sizes, keys, retentions, rates and exports."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from operations.validation.examination import Examined
from operations.validation.finding import Fact, agrees, equals


def configuration(function: Examined[str]) -> dict[str, Any]:
    """What Lambda says of the function."""
    return function.ask("lambda", "get_function_configuration", FunctionName=function.name)


def sizes(function: Examined[str], *, memory_mb: int, timeout: int | None = None) -> Iterator[Fact]:
    """Memory and timeout; the environment may cap the memory."""
    found = configuration(function)
    cap = function.deployed.settings.maximum_memory_mb
    yield equals("memory in MB", found.get("MemorySize"), min(memory_mb, cap))
    if timeout:
        yield equals("timeout in s", found.get("Timeout"), timeout)


def log_retention(function: Examined[str], days: int) -> Iterator[Fact]:
    """How long the function's log group keeps events."""
    group = f"/aws/lambda/{function.name}"
    found = function.ask("logs", "describe_log_groups", logGroupNamePrefix=group)["logGroups"]
    kept = {one["logGroupName"]: one.get("retentionInDays") for one in found}
    yield equals("log retention in days", kept.get(group), days)


def table_description(table: Examined[str]) -> dict[str, Any]:
    """What DynamoDB says of the table."""
    return table.ask("dynamodb", "describe_table", TableName=table.name)["Table"]


def table_keys(table: Examined[str], *names: str) -> Iterator[Fact]:
    """Partition key, and sort key where there is one."""
    yield equals("key", [key["AttributeName"] for key in table_description(table)["KeySchema"]], list(names))


def expiry(table: Examined[str], attribute: str) -> Iterator[Fact]:
    """The attribute that holds when an item may go."""
    found = table.ask("dynamodb", "describe_time_to_live", TableName=table.name)["TimeToLiveDescription"]
    yield equals("time to live", found.get("TimeToLiveStatus"), "ENABLED")
    yield equals("time to live's attribute", found.get("AttributeName"), attribute)


def key_under(named: Examined[str], alias: str, arn: str | None) -> Iterator[Fact]:
    """Whether what is encrypted is so under the key of that alias."""
    suffixed = f"alias/{named.deployed.naming.suffixed(alias)}"
    found = named.ask("kms", "describe_key", KeyId=suffixed)["KeyMetadata"]["Arn"]
    yield equals(f"encrypted under {alias}", "it" if arn == found else arn, "it")


def runs_every(rule: Examined[str], minutes: int, function: str) -> Iterator[Fact]:
    """A rule's rate, and that it runs the function and nothing else."""
    found = rule.ask("events", "describe_rule", Name=rule.name)
    rate = f"rate({minutes} minute{'s' if minutes > 1 else ''})"
    yield equals("rule", f"{found['State']} {found.get('ScheduleExpression')}", f"ENABLED {rate}")
    targets = rule.ask("events", "list_targets_by_rule", Rule=rule.name)["Targets"]
    names = [target["Arn"].rpartition(":")[2] for target in targets]
    yield equals("runs", names, [rule.deployed.naming.suffixed(function)])


def inputs_of(rule: Examined[str]) -> list[Any]:
    """What the rule's targets are run with."""
    targets = rule.ask("events", "list_targets_by_rule", Rule=rule.name)["Targets"]
    return [json.loads(target.get("Input", "null")) for target in targets]


def exports(system: Examined[str], wanted: Mapping[str, Iterable[str]]) -> Iterator[Fact]:
    """Output keys by layer."""
    outputs = system.deployed.outputs
    missing = [key for layer, keys in wanted.items() for key in keys if not outputs[layer].get(key)]
    yield agrees(
        "exports", (f"no {key}" for key in missing), ", ".join(key for keys in wanted.values() for key in keys)
    )
