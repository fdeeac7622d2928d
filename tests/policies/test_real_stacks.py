"""The rules on the stacks of all systems: nothing is found in them, and everything in what is broken of them."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from operations.pack_settings import pack_settings
from policies.framework.catalogue import PACK
from policies.framework.configuration import Configuration
from policies.offline import findings as findings_in
from policies.offline import joined
from shared.layers import LAYERS
from shared.settings import load_settings
from tests.infrastructure.conftest import ENVIRONMENTS
from tests.infrastructure.engine import deployed
from tests.infrastructure.states import exports_of
from tests.policies.mutations import FUNCTION, MUTATIONS, REMOVALS, Mutation, Removal, all_rules, drop
from tests.policies.planted import PLANTED
from tests.policies.real_stacks import JOINED, RULES, Specimen, findings, specimens

PRODUCTION = "prod"
# Of the processor's time. All layers joined take a tenth of it, and a third where coverage is measured.
SECONDS_A_LAYER = 3


@pytest.mark.requirement("ALL-1", "ALL-2", "ALL-3", "ALL-4", "ALL-5", "ALL-6", "ALL-7", "ALL-8", "ALL-9", "ALL-10")
@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("layer", [*LAYERS, JOINED])
def test_no_rule_finds_anything_in_any_layer(environment: str, layer: str) -> None:
    stack, suffix = specimens(environment, layer), load_settings(environment).suffix
    said = pack_settings(load_settings(environment))
    assert stack
    assert [
        (name, each, found) for name in RULES for each, found in findings(RULES[name], stack, suffix, said.get(name))
    ] == []


def test_no_rule_finds_anything_in_what_is_planted() -> None:
    stack = with_planted(JOINED)
    assert [(name, each, found) for name in RULES for each, found in findings(RULES[name], stack, PRODUCTION)] == []


def test_the_pack_takes_no_three_seconds_for_all_layers_joined() -> None:
    state = joined(list(exports_of(deployed(PRODUCTION)).values()))
    began = time.process_time()
    list(findings_in(state, PACK, Configuration()))
    assert time.process_time() - began < SECONDS_A_LAYER


@pytest.mark.requirement("ALL-2")
def test_functions_that_all_lose_their_reservation_are_found_where_the_environment_did_not_unset_it() -> None:
    rule = RULES["lambda-reserved-concurrency"]
    stack = [
        each.changed(drop("reservedConcurrentExecutions")) if each.type == FUNCTION else each
        for each in specimens(PRODUCTION, "compute")
    ]
    found = {
        environment: len(findings(rule, stack, PRODUCTION, pack_settings(load_settings(environment))[rule.name]))
        for environment in (PRODUCTION, "dev")
    }
    assert found == {PRODUCTION: sum(each.type == FUNCTION for each in stack), "dev": 0}


def with_planted(layer: str) -> list[Specimen]:
    """A layer of production, or all joined, with what no system has and some rules are about."""
    return [*specimens(PRODUCTION, layer), *(each for at, each in PLANTED if layer in (at, JOINED))]


def mutants(mutation: Mutation) -> Iterator[tuple[Specimen, list[Specimen]]]:
    """Each resource that the mutation applies to, and its stack with that one broken."""
    for layer in (JOINED,) if mutation.joined else LAYERS:
        stack = with_planted(layer)
        for place, each in enumerate(stack):
            if each.type == mutation.type and mutation.applies(each.inputs):
                yield each, [*stack[:place], each.changed(mutation.change), *stack[place + 1 :]]


def bereft(removal: Removal) -> Iterator[tuple[Specimen, list[Specimen]]]:
    """Each resource whose removal must be found, and its stack without it."""
    for layer in (JOINED,) if removal.joined else LAYERS:
        stack = specimens(PRODUCTION, layer)
        for place, each in enumerate(stack):
            if each.type == removal.type and removal.applies(each.inputs, stack):
                yield each, [*stack[:place], *stack[place + 1 :]]


@pytest.mark.requirement("ALL-1", "ALL-2", "ALL-3", "ALL-4", "ALL-5", "ALL-6", "ALL-7", "ALL-8", "ALL-9", "ALL-10")
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: f"{one.rule}: {one.type.split(':')[-1]}, {one.name}")
def test_what_is_broken_is_found_by_the_rule_for_it(mutation: Mutation) -> None:
    broken = list(mutants(mutation))
    assert broken, "it applies to no resource"
    assert [each.urn for each, stack in broken if not findings(RULES[mutation.rule], stack, PRODUCTION)] == []


@pytest.mark.requirement("ALL-2", "ALL-5", "ALL-6", "ALL-7", "ALL-8", "ALL-11")
@pytest.mark.parametrize("removal", REMOVALS, ids=lambda one: f"{one.rule}: no {one.type.split(':')[-1]}")
def test_what_is_missing_is_found_by_the_rule_for_it(removal: Removal) -> None:
    missing = list(bereft(removal))
    assert missing, "it applies to no resource"
    assert [each.urn for each, stack in missing if not findings(RULES[removal.rule], stack, PRODUCTION)] == []


@pytest.mark.requirement("ALL-11")
@pytest.mark.parametrize("removal", [one for one in REMOVALS if one.joined], ids=lambda one: one.rule)
def test_what_no_layer_has_at_all_is_found_in_all_of_them_joined(removal: Removal) -> None:
    without = [each for each in with_planted(JOINED) if each.type != removal.type]
    assert findings(RULES[removal.rule], without, PRODUCTION)


def test_a_protected_resource_is_found_in_every_layer() -> None:
    for layer in LAYERS:
        first, *others = specimens(PRODUCTION, layer)
        found = findings(RULES["lifecycle-destroyable"], [replace(first, is_protected=True), *others], PRODUCTION)
        assert [finding.name for _, finding in found] == ["protected"]


def test_there_are_enough_mutants_and_every_rule_has_one() -> None:
    assert (
        sum(1 for mutation in MUTATIONS for _ in mutants(mutation))
        + sum(1 for removal in REMOVALS for _ in bereft(removal))
        >= 150
    )
    assert set(RULES) == set(all_rules())
