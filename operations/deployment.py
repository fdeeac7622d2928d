"""Deploys, previews and destroys layers in the order in which they stand upon each other."""

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

from local.target import is_embedded
from operations.invented_secrets import invented
from operations.losses import losses
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from shared.built_from import built_from
from shared.contract import BUILT_FROM
from shared.layers import LAYERS, UPSTREAMS, downstreams, waves
from shared.secret_configuration import config_key


class Deployment:
    """The layers of one environment."""

    def __init__(self, pulumi: PulumiCommand) -> None:
        self._pulumi = pulumi
        self._target = pulumi.target
        self._stacks = pulumi.stacks()

    def preview_all(self) -> None:
        """Previews all layers side by side; what is not deployed yet is predicted."""
        self._create_missing(LAYERS)
        missing = [layer for layer in LAYERS if not self._deployed(layer)]
        print(f"previewing all layers of '{self._environment}' under the policy pack", flush=True)
        self._side_by_side("preview", LAYERS, lambda layer: self._pulumi.preview(layer, missing))

    def deploy_all(self) -> None:
        """Previews everything, and then deploys wave by wave; what production would lose is asked for before that."""
        self.preview_all()
        self._confirm_losses(LAYERS)
        for wave in waves():
            print(f"deploying {' and '.join(wave)} to '{self._environment}'", flush=True)
            self._side_by_side("deploy", wave, self._pulumi.up)

    def destroy_all(self) -> None:
        """Destroys wave by wave, in reverse."""
        self._confirm_production("destroy")
        for wave in reversed(list(waves())):
            standing = [layer for layer in wave if self._deployed(layer)]
            self._side_by_side("destroy", standing, self._pulumi.destroy)

    def preview(self, layer: str) -> None:
        """Previews one layer."""
        self._create_missing((layer,))
        missing = [upstream for upstream in UPSTREAMS[layer] if not self._deployed(upstream)]
        self._side_by_side("preview", (layer,), lambda name: self._pulumi.preview(name, missing))

    def deploy(self, layer: str) -> None:
        """Deploys one layer upon what stands; refuses where nothing stands, warns where it is stale."""
        for upstream in UPSTREAMS[layer]:
            if not self._deployed(upstream):
                raise OperationError(
                    f"layer '{layer}' stands upon '{upstream}', which is not deployed in '{self._environment}'; "
                    f"deploy it first: just deploy {upstream} {self._environment}"
                )
        for stale in self._stale(UPSTREAMS[layer]):
            advice = f"just deploy {stale} {self._environment}"
            print(f"warning: layer '{stale}' is not what the checkout describes; bring it up to date: {advice}")
        self._create_missing((layer,))
        self._confirm_losses((layer,))
        self._side_by_side("deploy", (layer,), self._pulumi.up)

    def destroy(self, layer: str) -> None:
        """Destroys one layer; refuses while another stands upon it."""
        standing = [name for name in downstreams(layer) if self._deployed(name)]
        if standing:
            raise OperationError(
                f"layer '{layer}' can't be destroyed while '{standing[0]}' stands upon it; "
                f"destroy that first: just destroy {standing[0]} {self._environment}"
            )
        self._confirm_production("destroy")
        if self._deployed(layer):
            self._side_by_side("destroy", (layer,), self._pulumi.destroy)

    @property
    def _environment(self) -> str:
        return self._target.environment

    def _deployed(self, layer: str) -> bool:
        return layer in self._stacks and self._stacks[layer].deployed

    def _stale(self, layers: Iterable[str]) -> list[str]:
        settings = self._target.settings
        with ThreadPoolExecutor() as pool:
            outputs = dict(zip(layers, pool.map(self._pulumi.outputs, layers), strict=True))
        return [layer for layer in layers if outputs[layer].get(BUILT_FROM) != built_from(layer, settings)]

    def _create_missing(self, layers: Iterable[str]) -> None:
        missing = [layer for layer in layers if layer not in self._stacks]
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._pulumi.create, missing))
        if "security" in layers and is_embedded(self._environment):
            self._invent_secrets()

    def _invent_secrets(self) -> None:
        """Gives every secret a value where it has none: nobody else needs to know it on this machine."""
        configured = self._pulumi.configured("security")
        url = self._target.environ["AWS_ENDPOINT_URL"]
        for system in self._target.systems:
            for secret in (*system.secrets, *system.ciphertexts):
                key = config_key(system.name, secret.name)
                if f"security:{key}" not in configured:
                    self._pulumi.set_secret("security", key, invented(system.name, secret.name, url))

    def _side_by_side(self, verb: str, layers: Iterable[str], run: Callable[[str], bool]) -> None:
        layers = tuple(layers)
        with ThreadPoolExecutor() as pool:
            failed = [layer for layer, well in zip(layers, pool.map(run, layers), strict=True) if not well]
        if failed:
            raise OperationError(f"the {verb} of {', '.join(failed)} failed; its lines above say why")

    def _confirm_losses(self, layers: Iterable[str]) -> None:
        """Shows what of production the update would delete, and goes on only if that is wanted."""
        if not self._target.settings.production:
            return
        standing = [layer for layer in layers if self._deployed(layer)]
        missing = [layer for layer in LAYERS if not self._deployed(layer)]
        with ThreadPoolExecutor() as pool:
            changes = list(pool.map(self._pulumi.changes, standing, repeat(missing)))
        lost = [
            line
            for layer, change in zip(standing, changes, strict=True)
            for line in losses(layer, change, self._environment)
        ]
        if lost:
            print("this deployment takes away for good:", *lost, sep="\n  ", flush=True)
            self._confirm_production("deploy")

    def _confirm_production(self, verb: str) -> None:
        if not self._target.settings.production:
            return
        if not sys.stdin.isatty():
            raise OperationError(f"'{self._environment}' is production: {verb} it from a terminal, where it can ask")
        if input(f"'{self._environment}' is production. Type its name to {verb} it: ") != self._environment:
            raise OperationError(f"nothing was {verb}ed: that was not the environment's name")
