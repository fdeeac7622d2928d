"""One emulator and one configured provider for all tests here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local import emulator
from tests.local.provider.engine_double import EngineDouble, configuration


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state: Path = tmp_path_factory.mktemp("provider-emulator")
    yield emulator.start(state).url
    emulator.stop(state)


@pytest.fixture(scope="session")
def engine(emulator_url: str) -> Iterator[EngineDouble]:
    with EngineDouble() as double:
        tags = '{"tags":{"Environment":"test","ManagedBy":"Pulumi"}}'
        double.configure(configuration(emulator_url, defaultTags=tags))
        yield double
