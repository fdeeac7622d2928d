"""A target, its AWS and its Pulumi, as far as the recipes look at them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from botocore.exceptions import ClientError

from operations.pulumi_command import PulumiCommand, Stack
from operations.target import Target
from shared.built_from import built_from
from shared.contract import BUILT_FROM
from shared.layers import LAYERS
from shared.model import Api, Function, Route, SecretParameter, System, Throttle, reads_secret
from shared.settings import Settings

secret = SecretParameter("webhook-secrets")
function = Function("receiver", timeout=10, reserved_concurrency=30, uses=(reads_secret(secret),))
api = Api(
    "hooks",
    routes=(Route("POST", "/webhook", invokes=function, body="schema.json"),),
    throttle=Throttle(rate=10, burst=10),
)
system = System("orders", functions=(function,), apis=(api,), log_retention=7 * 86_400)


class FakeAws:
    """An account that answers the calls of the recipes."""

    def __init__(self) -> None:
        self.account_id = "000000000000"
        self.quota = 1_000
        # By physical name; those of others are in the account as well.
        self.reservations: dict[str, int] = {}
        self.memories: dict[str, int] = {}
        self.logging_role: str | None = "arn:aws:iam::000000000000:role/logs"
        self.refused: set[str] = set()

    def get_caller_identity(self) -> dict[str, Any]:
        return self._answer("get_caller_identity", {"Account": self.account_id})

    def get_account_settings(self) -> dict[str, Any]:
        unreserved = self.quota - sum(self.reservations.values())
        limits = {"ConcurrentExecutions": self.quota, "UnreservedConcurrentExecutions": unreserved}
        return self._answer("get_account_settings", {"AccountLimit": limits})

    def get_function_concurrency(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        if FunctionName.startswith("missing"):
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "no"}}, "")
        reserved = self.reservations.get(FunctionName)
        answer = {} if reserved is None else {"ReservedConcurrentExecutions": reserved}
        return self._answer("get_function_concurrency", answer)

    def get_function_configuration(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        if FunctionName not in self.memories:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "no"}}, "")
        return self._answer("get_function_configuration", {"MemorySize": self.memories[FunctionName]})

    def get_account(self) -> dict[str, Any]:
        return self._answer("get_account", {"cloudwatchRoleArn": self.logging_role} if self.logging_role else {})

    def _answer(self, call: str, answer: dict[str, Any]) -> dict[str, Any]:
        if call in self.refused:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, call)
        return answer


@dataclass
class FakeTarget:
    """An environment of one system."""

    settings: Settings
    aws: FakeAws = field(default_factory=FakeAws)
    systems: tuple[System, ...] = (system,)
    environ: Mapping[str, str] = field(default_factory=lambda: {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})

    @property
    def environment(self) -> str:
        return self.settings.environment

    refuse_production = Target.refuse_production

    def client(self, _service: str) -> FakeAws:
        return self.aws


def target(environment: str = "dev", **said: Any) -> Target:
    """An environment with these settings."""
    settings = Settings(environment=environment, suffix=environment, systems=("transactions",), **said)
    return cast(Target, FakeTarget(settings))


class FakePulumi:
    """Remembers what was run; what stands is deployed and up to date unless it is said to be stale."""

    def __init__(self, target: Target, standing: Iterable[str] = LAYERS) -> None:
        self.target = target
        self.standing = set(standing)
        self.existing = set(self.standing)
        self.stale: set[str] = set()
        self.failing: set[tuple[str, str]] = set()
        self.ran: list[tuple[str, str]] = []
        self.predicted: dict[str, list[str]] = {}
        self.secrets: dict[str, str] = {}
        self.steps: dict[str, list[dict[str, str]]] = {}

    def stacks(self) -> dict[str, Stack]:
        return {layer: Stack(layer, 3 if layer in self.standing else 0, None) for layer in self.existing}

    def outputs(self, layer: str) -> Mapping[str, Any]:
        return {BUILT_FROM: "another" if layer in self.stale else built_from(layer, self.target.settings)}

    def create(self, layer: str) -> None:
        self.existing.add(layer)

    def configured(self, _layer: str) -> Mapping[str, Any]:
        return {f"security:{key}": {} for key in self.secrets}

    def set_secret(self, _layer: str, key: str, value: str) -> None:
        self.secrets[key] = value

    def secret(self, _layer: str, key: str) -> str:
        return self.secrets[key]

    def preview(self, layer: str, not_deployed: Iterable[str] = ()) -> bool:
        self.predicted[layer] = list(not_deployed)
        return self._run("preview", layer)

    def changes(self, layer: str, not_deployed: Iterable[str] = ()) -> str:
        self.ran.append(("changes", layer))
        self.predicted[layer] = list(not_deployed)
        return json.dumps({"steps": self.steps.get(layer, [])})

    def up(self, layer: str) -> bool:
        return self._run("up", layer)

    def destroy(self, layer: str) -> bool:
        return self._run("destroy", layer)

    def of(self, verb: str) -> list[str]:
        return [layer for ran, layer in self.ran if ran == verb]

    def _run(self, verb: str, layer: str) -> bool:
        self.ran.append((verb, layer))
        return (verb, layer) not in self.failing


def as_command(pulumi: FakePulumi) -> PulumiCommand:
    return cast(PulumiCommand, pulumi)
