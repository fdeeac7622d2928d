"""`doctor`: finds out before a deployment what would fail in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.target import is_embedded
from operations.display import show_table
from operations.error_code import error_code
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from operations.target import Target
from shared.model import Bucket
from shared.operators import alarms
from shared.secret_configuration import secret_keys, setting_commands

# What Lambda keeps back for functions without a reservation.
KEPT_BY_LAMBDA = 100

# What an account that AWS has not opened further yet allows a function; no call tells.
MEMORY_OF_A_NEW_ACCOUNT_MB = 3_008

NO_BUCKET = ("404", "NoSuchBucket")
FOREIGN_BUCKET = ("403", "AccessDenied", "Forbidden")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `advice` says what to do where it is not well, `hint` where it may turn out so."""

    check: str
    found: str
    advice: str = ""
    hint: str = ""


def doctor(pulumi: PulumiCommand) -> None:
    """Prints what each check found; OperationError where a deployment would fail."""
    target = pulumi.target
    findings = list(_examine(target))
    if not is_embedded(target.environment):
        findings.append(_secrets(pulumi))
    rows = [(finding.check, finding.found, finding.advice or finding.hint or "ok") for finding in findings]
    show_table(f"doctor for '{target.environment}'", ("check", "found", "verdict"), rows)
    if ill := [finding for finding in findings if finding.advice]:
        raise OperationError(f"a deployment to '{target.environment}' would fail: {len(ill)} checks say what to do")


def _examine(target: Target) -> Iterator[Finding]:
    credentials = _credentials(target)
    yield credentials
    if target.settings.production:
        yield _audience(target)
    if not credentials.advice:
        yield _guarded("concurrency quota", lambda: _concurrency(target))
        yield _guarded("memory", lambda: _memory(target))
        for system in target.systems:
            for bucket in system.buckets:
                yield _bucket(target, bucket)
        if not is_embedded(target.environment):
            yield _guarded("API Gateway logging role", lambda: _logging_role(target))


def _guarded(check: str, examine: Callable[[], Finding]) -> Finding:
    try:
        return examine()
    except (BotoCoreError, ClientError) as error:
        return Finding(check, str(error), "could not be checked: grant the read, or check it by hand")


def _credentials(target: Target) -> Finding:
    try:
        account_id: str = target.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        return Finding("credentials", str(error), "set credentials that AWS accepts, for example AWS_PROFILE")
    allowed = target.settings.allowed_account_ids
    if allowed and account_id not in allowed:
        advice = f"environments/{target.environment}.yaml allows only: {', '.join(allowed)}"
        return Finding("credentials", f"account {account_id}", advice)
    if target.settings.production and not allowed:
        advice = (
            "production would be deployed to whatever account the credentials are of: "
            f'say allowedAccountIds: ["{account_id}"] in environments/{target.environment}.yaml, if it is that one'
        )
        return Finding("credentials", f"account {account_id}", advice)
    return Finding("credentials", f"account {account_id}")


def _audience(target: Target) -> Finding:
    """Others may ring into the void; who pays for production wants to be woken."""
    if addresses := target.settings.emails.get(alarms.name):
        return Finding("alarms are heard by", ", ".join(addresses))
    file = f"environments/{target.environment}.yaml"
    return Finding("alarms are heard by", "nobody", f"say under emails who hears them, as {alarms.name}, in {file}")


def _concurrency(target: Target) -> Finding:
    functions = [function for system in target.systems for function in system.functions]
    reserved = sum(target.settings.reservation(function) or 0 for function in functions)
    client = target.client("lambda")
    limits: dict[str, int] = client.get_account_settings()["AccountLimit"]
    available = limits["ConcurrentExecutions"] - KEPT_BY_LAMBDA
    # The emulator holds environments side by side to no quota.
    if not is_embedded(target.environment):
        names = target.settings.names
        ours = sum(_reserved(client, names.name(function)) for function in functions)
        # What is not unreserved is ours already, or that of others who share the account.
        available = limits["UnreservedConcurrentExecutions"] + ours - KEPT_BY_LAMBDA
    found = f"{reserved} to reserve, {max(available, 0)} can be"
    if reserved > max(available, 0):
        file = f"environments/{target.environment}.yaml"
        advice = f"lower reservedConcurrency in {file}, or say 'unset' there, or ask AWS for a higher quota"
        return Finding("concurrency quota", found, advice)
    return Finding("concurrency quota", found)


def _memory(target: Target) -> Finding:
    client, names = target.client("lambda"), target.settings.names
    memories = {
        names.name(function): target.settings.memory_mb(function)
        for system in target.systems
        for function in system.functions
    }
    large = [name for name, memory in memories.items() if memory > MEMORY_OF_A_NEW_ACCOUNT_MB]
    found = f"up to {max(memories.values(), default=0)} MB"
    # What is deployed with more shows that the account allows it.
    if not large or any(_deployed_memory(client, name) > MEMORY_OF_A_NEW_ACCOUNT_MB for name in large):
        return Finding("memory", found)
    hint = (
        f"a new account may allow {MEMORY_OF_A_NEW_ACCOUNT_MB} MB at most, and the deployment would fail then: "
        f"say maximumMemoryMb: {MEMORY_OF_A_NEW_ACCOUNT_MB} in environments/{target.environment}.yaml"
    )
    return Finding("memory", found, hint=hint)


def _deployed_memory(client: Any, name: str) -> int:
    return _of_function(client.get_function_configuration, name).get("MemorySize", 0)


def _reserved(client: Any, name: str) -> int:
    return _of_function(client.get_function_concurrency, name).get("ReservedConcurrentExecutions", 0)


def _of_function(ask: Callable[..., dict[str, Any]], name: str) -> dict[str, Any]:
    """What the call answers; nothing for a function that is not deployed."""
    try:
        return ask(FunctionName=name)
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            return {}
        raise


def _secrets(pulumi: PulumiCommand) -> Finding:
    """The embedded target invents its own."""
    environment = pulumi.target.environment
    try:
        exists = "security" in pulumi.stacks()
        configured = pulumi.configured("security") if exists else {}
    except OperationError as error:
        return Finding("secrets", str(error), "could not be checked: log in to the Pulumi backend by pulumi login")
    keys = [key for system in pulumi.target.systems for key in secret_keys(system)]
    missing = [key for key in keys if f"security:{key}" not in configured]
    found = f"{len(keys) - len(missing)} of {len(keys)} are set"
    if not missing:
        return Finding("secrets", found)
    lines = ["set them in projects/security; examples/<system>/*.sample have their forms:"]
    if not exists:
        lines.append(f"pulumi stack init {environment}")
    lines.extend(setting_commands(missing, environment))
    return Finding("secrets", found, "\n".join(lines))


def _bucket(target: Target, bucket: Bucket) -> Finding:
    """Bucket names are shared by all accounts of all customers."""
    name = target.settings.names.name(bucket)
    check = f"bucket name {name}"
    try:
        target.client("s3").head_bucket(Bucket=name)
    except ClientError as error:
        code = error_code(error)
        if code in NO_BUCKET:
            return Finding(check, "free")
        if code in FOREIGN_BUCKET:
            file = f"environments/{target.environment}.yaml"
            return Finding(check, "taken by another account", f"choose another suffix in {file}")
        return Finding(check, str(error), "could not be checked: grant the read, or check it by hand")
    return Finding(check, "ours")


def _logging_role(target: Target) -> Finding:
    role = target.client("apigateway").get_account().get("cloudwatchRoleArn")
    if role:
        return Finding("API Gateway logging role", role)
    advice = (
        "stages can't log without it: make a role that apigateway.amazonaws.com assumes, with the managed policy "
        "AmazonAPIGatewayPushToCloudWatchLogs, and give it to the account: aws apigateway update-account "
        "--patch-operations op=replace,path=/cloudwatchRoleArn,value=ROLE_ARN"
    )
    return Finding("API Gateway logging role", "none", advice)
