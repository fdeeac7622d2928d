"""Runs a layer's program as the language host does, and records what it registers."""

import asyncio
import contextlib
import logging
import runpy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, cast

import pulumi
import pytest
from pulumi.runtime import rpc, set_mocks
from pulumi.runtime.config import set_all_config
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import SETTINGS, get_root_resource
from pulumi.runtime.stack import Stack, run_pulumi_func

import shared.layer
from shared.checkout import PROJECTS
from shared.layers import LAYERS
from shared.model import System
from shared.operators import OPERATORS
from shared.secret_configuration import config_key
from shared.settings import Settings, load_settings
from shared.systems import known_systems, load_systems
from tests.infrastructure.fake_aws import FakeAws

ORGANIZATION = "organization"
SYSTEMS = (OPERATORS, *load_systems(known_systems()))
SECRET = "the-first-value-of-a-secret"


@dataclass(frozen=True)
class Registered:
    """A resource as the program asked for it; `inputs` have the official property names."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    secret_inputs: frozenset[str]
    dependencies: frozenset[str]
    ignores: tuple[str, ...]
    is_kept: bool


@dataclass(frozen=True)
class Layer:
    """What one program registered, exported and warned of."""

    resources: tuple[Registered, ...]
    outputs: Mapping[str, Any]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Environment:
    """All layers of one environment."""

    name: str
    account_id: str
    layers: Mapping[str, Layer] = field(default_factory=dict)

    @property
    def suffix(self) -> str:
        return load_settings(self.name).suffix

    @property
    def resources(self) -> list[Registered]:
        return [resource for layer in self.layers.values() for resource in layer.resources]

    def of(self, type_: str) -> list[Registered]:
        """The resources of a type, said as in `sqs/queue:Queue`."""
        return [resource for resource in self.resources if resource.type == f"aws:{type_}"]

    def the(self, type_: str, physical_name: str) -> Registered:
        (found,) = (resource for resource in self.of(type_) if resource.inputs["name"] == physical_name)
        return found


class RecordingMonitor(MockMonitor):
    """Keeps of each registration what the mocks are not shown."""

    def __init__(self, mocks: FakeAws) -> None:
        super().__init__(mocks)
        self.registered: list[Registered] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the method of the engine's interface
        answer = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            inputs = rpc.deserialize_properties(request.object)
            self.registered.append(
                Registered(
                    urn=answer.urn,
                    type=request.type,
                    name=request.name,
                    inputs=inputs,
                    outputs=self.resources[answer.urn].state | {"id": answer.id},
                    secret_inputs=frozenset(key for key, value in inputs.items() if rpc.is_rpc_secret(value)),
                    dependencies=frozenset(request.dependencies),
                    ignores=tuple(request.ignoreChanges),
                    is_kept=request.protect or request.retainOnDelete,
                )
            )
        return answer


def account_of(environment: str) -> str:
    return next(iter(load_settings(environment).allowed_account_ids), "123456789012")


def configuration() -> dict[str, str]:
    """The stacks' configuration: bundles for this machine, and a first value for every secret."""
    secrets = {
        f"security:{config_key(system.name, one.name)}": SECRET
        for system in SYSTEMS
        for one in (*system.secrets, *system.ciphertexts)
    }
    return {"compute:bundleTarget": "host", **secrets}


def run_layer(
    layer: str,
    environment: str,
    upstreams: Mapping[str, Mapping[str, Any]],
    *,
    preview: bool = False,
    account_id: str | None = None,
    config: Mapping[str, str] | None = None,
) -> Layer:
    """Runs one program upon the outputs of its upstream layers; raises what the program raises."""
    stacks = {f"{ORGANIZATION}/{name}/{environment}": outputs for name, outputs in upstreams.items()}
    monitor = RecordingMonitor(FakeAws(account_id or account_of(environment), stacks, preview=preview))
    logger, warnings = _collector()

    def start() -> None:
        runpy.run_path(str(PROJECTS / layer / "__main__.py"))

    async def program() -> Layer:
        # What a program that ended in an error left behind belongs to an event loop that is closed.
        cast(Any, SETTINGS).outputs.clear()
        set_mocks(monitor.mocks, layer, environment, preview, logger, monitor, ORGANIZATION)
        set_all_config(dict(configuration() if config is None else config), [])
        await run_pulumi_func(start)
        exported = cast(Stack, get_root_resource()).outputs
        outputs = {key: await pulumi.Output.from_input(value).future() for key, value in exported.items()}
        return Layer(tuple(monitor.registered), outputs, tuple(warnings))

    with contextlib.chdir(PROJECTS / layer):
        return asyncio.run(program())


def describe(monkeypatch: pytest.MonkeyPatch, described: System) -> None:
    """Has the programs find one system beside the operators', whatever the environment says."""

    def load(names: Iterable[str]) -> tuple[System, ...]:
        return (described,)

    monkeypatch.setattr(shared.layer, "load_systems", load)


def subscribe(monkeypatch: pytest.MonkeyPatch, emails: Mapping[str, tuple[str, ...]]) -> None:
    """Has the environment's settings name these addresses by topic."""

    def load(name: str) -> Settings:
        return replace(load_settings(name), emails=emails)

    monkeypatch.setattr(shared.layer, "load_settings", load)


def _collector() -> tuple[logging.Logger, list[str]]:
    warnings: list[str] = []
    logger = logging.Logger("engine", logging.WARNING)
    handler = logging.Handler()
    handler.emit = lambda record: warnings.append(record.getMessage())
    logger.addHandler(handler)
    return logger, warnings


@cache
def deployed(environment: str) -> Environment:
    """Every layer of the environment, each upon what the ones before it export."""
    layers: dict[str, Layer] = {}
    for name in LAYERS:
        layers[name] = run_layer(name, environment, {done: layer.outputs for done, layer in layers.items()})
    return Environment(environment, account_of(environment), layers)
