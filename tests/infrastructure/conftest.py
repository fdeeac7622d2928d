"""Every environment that has a file, as its programs would register it."""

import pytest

from shared.layers import LAYERS
from shared.references import NOT_DEPLOYED
from shared.settings import environments
from tests.infrastructure.engine import Environment, Registered, deployed, run_layer

# Those of the checkout; copies of the embedded target come and go with the tests that make them.
ENVIRONMENTS = [name for name in environments() if not name.startswith("local-")]


@pytest.fixture(scope="session", params=ENVIRONMENTS)
def environment(request: pytest.FixtureRequest) -> Environment:
    return deployed(request.param)


@pytest.fixture(scope="session")
def production() -> Environment:
    return deployed("prod")


@pytest.fixture
def cold_preview(monkeypatch: pytest.MonkeyPatch) -> list[Registered]:
    """What a preview shows of an environment that has never been deployed."""
    monkeypatch.setenv(NOT_DEPLOYED, " ".join(LAYERS))
    return [resource for layer in LAYERS for resource in run_layer(layer, "prod", {}, preview=True).resources]
