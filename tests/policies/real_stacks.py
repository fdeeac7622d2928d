"""The stacks of the systems, as the programs register them, for the rules to judge."""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import policies
from policies.framework.circumstances import Circumstances
from policies.framework.exemptions import TYPE
from policies.framework.pack import find_rules
from policies.framework.resource import Resource
from policies.framework.rule import Finding, Rule, Stack
from shared.layers import LAYERS
from tests.infrastructure.engine import Environment, Registered, deployed
from tests.infrastructure.fake_aws import REGION
from tests.policies.verdicts import TODAY

RULES: Mapping[str, Rule] = {
    rule.name: rule for rule in find_rules(Path(policies.__file__).parent) if TYPE not in rule.types
}
# All layers as one, which is how a project without layers would have them, and what an audit looks at.
JOINED = "joined"
SECRET = "4dabf18193072939515e22adb298388d"


@dataclass(frozen=True)
class Specimen:
    """One resource of a stack; an update knows all that is in it."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    depends_on: frozenset[str]
    is_protected: bool = False

    def changed(self, change: Callable[[dict[str, Any]], object]) -> "Specimen":
        """The resource asked for with other properties."""
        inputs = copy.deepcopy(dict(self.inputs))
        change(inputs)
        return replace(self, inputs=inputs)


def specimens(environment: str, layer: str) -> list[Specimen]:
    """The resources of a layer of the environment, or of all, that are AWS's."""
    made: Environment = deployed(environment)
    layers = LAYERS if layer == JOINED else (layer,)
    return [
        _specimen(one, name) for name in layers for one in made.layers[name].resources if one.type.startswith("aws:")
    ]


def findings(
    rule: Rule, stack: Iterable[Specimen], suffix: str, settings: Mapping[str, Any] | None = None
) -> list[tuple[str, Finding]]:
    """What the rule finds in the whole stack, with the resource's name; a value that is not known is an error."""
    circumstances = Circumstances(suffix, TODAY, frozenset(RULES), settings or {})
    resources = [_resource(each, circumstances) for each in stack]
    whole = Stack(resources)
    found: list[tuple[str, Finding]] = []
    for each in resources:
        if rule.looks_at(each.type):
            verdict = rule.evaluate(each, whole)
            assert not verdict.unknown, (rule.name, each.name, verdict.unknown)
            found += [(each.name, finding) for finding in verdict.findings]
    return found


def _specimen(one: Registered, layer: str) -> Specimen:
    """The resource in its layer's project: the mocks have the same project for all."""
    urn, *dependencies = (each.replace("::project::", f"::{layer}::", 1) for each in (one.urn, *one.dependencies))
    inputs, outputs = _plain(dict(one.inputs)), _plain(dict(one.outputs))
    return Specimen(urn, one.type, one.name, inputs, outputs, frozenset(dependencies), one.is_kept)


def _resource(specimen: Specimen, circumstances: Circumstances) -> Resource:
    return Resource(
        specimen.type,
        specimen.name,
        specimen.inputs,
        made=specimen.outputs,
        urn=specimen.urn,
        depends_on=specimen.depends_on,
        provider={"region": REGION},
        is_protected=specimen.is_protected,
        circumstances=circumstances,
    )


def _plain(value: Any) -> Any:
    """The value as the SDK gives it to a policy: a secret is what it holds."""
    if isinstance(value, Mapping):
        return _plain(value["value"]) if SECRET in value else {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
