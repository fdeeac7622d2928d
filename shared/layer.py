"""A layer's program: its settings, its systems, and the outputs that it owes."""

from collections.abc import Iterator, Mapping

import pulumi
import pulumi_aws as aws

from shared.built_from import built_from
from shared.contract import BUILT_FROM, Element, output_key, promised
from shared.model import System
from shared.naming import Naming
from shared.operators import OPERATORS
from shared.references import ContractError, Upstreams
from shared.scope import Scope
from shared.settings import Settings, SettingsError, load_settings
from shared.systems import load_systems


class Layer:
    """One layer in the environment that bears the stack's name."""

    def __init__(self, name: str, settings: Settings, naming: Naming, systems: tuple[System, ...]) -> None:
        self._name = name
        self.settings = settings
        self._naming = naming
        self.systems = systems
        self._exported: set[str] = set()

    def scopes(self) -> Iterator[Scope]:
        """A scope for each system; after the last, ContractError says which promised outputs are missing."""
        upstreams = Upstreams(self._name, self.settings.environment, self._naming)
        for system in self.systems:
            yield Scope(self._name, self.settings, self._naming, system, upstreams)
        owed = {output_key(*promise) for system in self.systems for promise in promised(self._name, system)}
        if missing := owed - self._exported:
            raise ContractError(f"layer '{self._name}' promises but does not export: {', '.join(sorted(missing))}")
        pulumi.export(BUILT_FROM, built_from(self._name, self.settings))

    def export(self, element: Element, attributes: Mapping[str, pulumi.Input[str]]) -> None:
        """Exports attributes of an element under the contract's keys."""
        for attribute, value in attributes.items():
            key = output_key(element, attribute)
            pulumi.export(key, value)
            self._exported.add(key)


def open_layer(name: str) -> Layer:
    """The layer in the environment that bears the stack's name; a wrong setting ends the program with one sentence."""
    try:
        settings = load_settings(pulumi.get_stack())
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    systems = (OPERATORS, *load_systems(settings.systems))
    naming = Naming(settings.suffix, settings.region, _account_id(settings))
    return Layer(name, settings, naming, systems)


def _account_id(settings: Settings) -> str:
    account_id = aws.get_caller_identity().account_id
    if settings.allowed_account_ids and account_id not in settings.allowed_account_ids:
        raise pulumi.RunError(
            f"the credentials are of account {account_id}, but environments/{settings.environment}.yaml allows "
            f"only: {', '.join(settings.allowed_account_ids)}; use the credentials of one of these"
        )
    return account_id
