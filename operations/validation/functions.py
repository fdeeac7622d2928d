"""Functions: architecture, runtime, tracing, reservations that fit an account, and logs of the retention asked for."""

from collections.abc import Iterator

from operations.validation.deployed import Deployed
from operations.validation.examination import Examined, elements, examine_each, shows
from operations.validation.finding import Fact, Finding, equals, holds
from shared.model import Function, System

# An account's 1,000 less the 100 that AWS keeps.
MOST_RESERVED = 900


def examine(deployed: Deployed) -> Iterator[Finding]:
    """Findings on every function, and on what all of them reserve together."""
    functions = elements(deployed, lambda system: system.functions, lambda _, one: deployed.naming.name(one))
    yield from examine_each(functions, (_configuration, _reservation, _log_group))
    everything = Examined(deployed, System("all", functions=()), deployed, "all functions")
    yield from _reservations.findings(everything)


@shows("ALL-2")
def _configuration(function: Examined[Function]) -> Iterator[Fact]:
    found = function.ask("lambda", "get_function_configuration", FunctionName=function.name)
    yield equals("architecture", found.get("Architectures"), ["arm64"])
    yield equals("runtime", found.get("Runtime"), "python3.11")
    yield equals("tracing", found.get("TracingConfig", {}).get("Mode"), "Active")
    yield equals("state", found.get("State"), "Active")
    yield equals("memory in MB", found.get("MemorySize"), function.deployed.settings.memory_mb(function.element))
    yield equals("timeout in s", found.get("Timeout"), function.element.timeout)
    if key := function.element.environment_key:
        yield equals("environment's key", found.get("KMSKeyArn"), function.deployed.output(key, "arn"))
    yield equals("no VPC", found.get("VpcConfig", {}).get("SubnetIds", []), [])


@shows("ALL-2")
def _reservation(function: Examined[Function]) -> Iterator[Fact]:
    wanted = function.deployed.settings.reservation(function.element)
    yield equals("reserved concurrency", _reserved(function.deployed, function.name), wanted)


@shows("ALL-2")
def _log_group(function: Examined[Function]) -> Iterator[Fact]:
    name = f"/aws/lambda/{function.name}"
    found = function.ask("logs", "describe_log_groups", logGroupNamePrefix=name)["logGroups"]
    groups = {group["logGroupName"]: group.get("retentionInDays") for group in found}
    yield holds("own log group", name in groups, name if name in groups else None, name)
    yield equals("log retention in days", groups.get(name), function.system.log_retention_days)


@shows("ALL-2")
def _reservations(everything: Examined[Deployed]) -> Iterator[Fact]:
    deployed = everything.deployed
    names = (deployed.naming.name(function) for system in deployed.systems for function in system.functions)
    total = sum(_reserved(deployed, name) or 0 for name in names)
    yield holds("reserved together", total <= MOST_RESERVED, total, f"at most {MOST_RESERVED}")


def _reserved(deployed: Deployed, name: str) -> int | None:
    return deployed.ask("lambda", "get_function_concurrency", FunctionName=name).get("ReservedConcurrentExecutions")
