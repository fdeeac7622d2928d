"""The contract that every row of the table keeps, against a real emulator."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from local.provider.calls import described
from local.provider.resources import TYPES
from local.provider.values import Properties, is_archive
from tests.local.provider.engine_double import EngineDouble
from tests.local.provider.samples import SAMPLES, Sample

NONE = provider_pb2.DiffResponse.DIFF_NONE
BY_TOKEN = pytest.mark.parametrize("sample", SAMPLES, ids=[sample.token.rpartition(":")[2] for sample in SAMPLES])

# What is read from the state alone, is there once an account, or can't be taken off a bucket.
STAYS = {
    "aws:kms/ciphertext:Ciphertext",
    "aws:apigateway/account:Account",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
}


def _changing(sample: Sample) -> Any:
    gap = sample.patch_gap
    marks = [pytest.mark.xfail(strict=True, reason=f"the emulator's JSON patch: {gap}")] if gap else []
    return pytest.param(sample, id=sample.token.rpartition(":")[2], marks=marks)


CHANGING = [_changing(sample) for sample in SAMPLES if sample.changed]


class World:
    """Makes what a sample needs, once each, and removes it in reverse order."""

    def __init__(self, engine: EngineDouble) -> None:
        self.engine = engine
        self._made: dict[str, tuple[str, str, Properties]] = {}

    def make(self, token: str, news: Properties) -> tuple[str, Properties]:
        known = f"{token} {json.dumps(news, sort_keys=True)}"
        if known not in self._made:
            made, state = self.engine.create(token, self.engine.checked(token, news))
            self._made[known] = (token, made, state)
        return self._made[known][1:]

    def clear(self) -> None:
        for token, made, state in reversed(self._made.values()):
            self.engine.delete(token, made, state)


@pytest.fixture(scope="module")
def world(engine: EngineDouble) -> Iterator[World]:
    made = World(engine)
    yield made
    made.clear()


def test_every_type_has_a_sample() -> None:
    assert {sample.token for sample in SAMPLES} == set(TYPES)


@BY_TOKEN
def test_a_type_is_made_as_previewed_read_back_and_removed(engine: EngineDouble, world: World, sample: Sample) -> None:
    token, needs = sample.token, sample.needs(world.make)
    inputs = engine.checked(token, sample.inputs(needs))
    preview_id, preview = engine.create(token, inputs, preview=True)
    made, state = engine.create(token, inputs)
    try:
        assert preview_id in {"", made}
        assert _known(preview).items() <= state.items()
        assert _missing_leaves(engine, token, made, state, inputs) == []
        assert _read_inputs(engine, token, made, state, inputs) == inputs
    finally:
        engine.delete(token, made, state)
    assert engine.read(token, made, state, inputs) is None or token in STAYS
    engine.delete(token, made, state)


@BY_TOKEN
def test_the_least_of_a_type_reads_back_as_it_was_stated(engine: EngineDouble, world: World, sample: Sample) -> None:
    stated = sample.inputs(sample.needs(world.make))
    needed = {field.name for field in TYPES[sample.token].fields if field.required} | {*sample.least}
    inputs = engine.checked(sample.token, {name: value for name, value in stated.items() if name in needed})
    made, state = engine.create(sample.token, inputs)
    try:
        assert _read_inputs(engine, sample.token, made, state, inputs) == inputs
    finally:
        engine.delete(sample.token, made, state)


@pytest.mark.parametrize("sample", CHANGING)
def test_a_change_in_place_reaches_aws(engine: EngineDouble, world: World, sample: Sample) -> None:
    token, needs = sample.token, sample.needs(world.make)
    inputs = engine.checked(token, sample.inputs(needs))
    made, state = engine.create(token, inputs)
    try:
        _change(engine, sample, needs, made, state)
    finally:
        engine.delete(token, made, state)


@BY_TOKEN
def test_what_the_official_provider_replaces_is_replaced(engine: EngineDouble, world: World, sample: Sample) -> None:
    inputs = engine.checked(sample.token, sample.inputs(sample.needs(world.make)))
    for name, value in sample.replaced.items():
        answer = engine.diff(sample.token, inputs, {**inputs, name: value})
        assert list(answer.replaces) == [name]
        row = TYPES[sample.token]
        assert answer.deleteBeforeReplace == (bool(row.identity) and name not in row.identity)


@BY_TOKEN
def test_an_unknown_property_is_named(engine: EngineDouble, world: World, sample: Sample) -> None:
    news = {**sample.inputs(sample.needs(world.make)), "retentionDays": 3}
    _, failures = engine.check(sample.token, news)
    assert list(failures) == ["retentionDays"]


def _change(engine: EngineDouble, sample: Sample, needs: Properties, made: str, state: Properties) -> None:
    inputs = engine.checked(sample.token, sample.inputs(needs))
    changes = {
        name: needs.get(value, value) if isinstance(value, str) else value for name, value in sample.changed.items()
    }
    news = {name: value for name, value in inputs.items() if name not in {*sample.dropped, "tagsAll"}}
    changed = engine.checked(sample.token, {**news, **changes})
    answer = engine.diff(sample.token, inputs, changed)
    assert set(answer.diffs) - {"tagsAll"} == {*sample.changed, *sample.dropped}
    assert list(answer.replaces) == []
    assert engine.update(sample.token, made, state, inputs, changed, preview=True)
    state = engine.update(sample.token, made, state, inputs, changed)
    assert _missing_leaves(engine, sample.token, made, state, changed) == []
    assert _read_inputs(engine, sample.token, made, state, changed) == changed


def _read_inputs(engine: EngineDouble, token: str, made: str, state: Properties, inputs: Properties) -> Properties:
    found = engine.read(token, made, state, inputs)
    assert found is not None
    assert found[1] == state
    assert engine.diff(token, found[0], inputs).changes == NONE
    return found[0]


def _missing_leaves(engine: EngineDouble, token: str, made: str, state: Properties, inputs: Properties) -> list[str]:
    """Values of inputs that AWS's own description does not hold anywhere."""
    row = TYPES[token]
    description = _leaves(described(engine.provider.session, row, {**state, "id": made}))
    stated = {
        field.name: inputs[field.name]
        for field in row.fields
        if field.name in inputs and not field.write_only and inputs[field.name] != field.default
    }
    return [leaf for leaf in _leaves(stated) if leaf not in description]


def _leaves(value: Any) -> set[str]:
    if isinstance(value, dict | list):
        items = [] if is_archive(value) else value.values() if isinstance(value, dict) else value
        return {leaf for item in items for leaf in _leaves(item)}
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return _leaves(json.loads(value))
        except ValueError:
            return {value}
    if isinstance(value, bool):
        return {str(value).lower()}
    return {f"{value:g}"} if isinstance(value, int | float) else {str(value)}


def _known(state: Properties) -> Properties:
    return {name: value for name, value in state.items() if "04da6b54" not in json.dumps(value)}
