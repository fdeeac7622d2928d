"""The hash of what a layer is built from."""

import shutil
from pathlib import Path

import pytest

from shared.built_from import built_from
from shared.checkout import CHECKOUT
from shared.layers import LAYERS
from shared.settings import Settings

SETTINGS = Settings(environment="prod", suffix="prod", systems=("transactions",))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("shared", "projects", "environments", "services"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "poetry.lock", tmp_path)
    return tmp_path


def stale(checkout: Path, changed: str) -> set[str]:
    """The layers whose hash another line in the file changes."""
    before = {layer: built_from(layer, SETTINGS, checkout) for layer in LAYERS}
    with (checkout / changed).open("a") as file:
        file.write("\n")
    return {layer for layer in LAYERS if built_from(layer, SETTINGS, checkout) != before[layer]}


CHANGES = [
    ("shared/naming.py", set(LAYERS)),
    ("shared/components/queue.py", set(LAYERS)),
    ("services/transactions/system.py", set(LAYERS)),
    ("services/transactions/schemas/webhook.schema.json", set(LAYERS)),
    ("environments/prod.yaml", set(LAYERS)),
    ("environments/dev.yaml", set()),
    ("projects/api/__main__.py", {"api"}),
    ("services/transactions/router.py", {"compute"}),
    ("services/common/signature.py", {"compute"}),
    ("poetry.lock", {"compute"}),
]


@pytest.mark.requirement("RP-4")
@pytest.mark.parametrize(("changed", "layers"), CHANGES)
def test_a_change_makes_stale_just_what_is_built_from_it(changed: str, layers: set[str], checkout: Path) -> None:
    assert stale(checkout, changed) == layers


def test_the_hash_does_not_depend_on_where_the_checkout_is(checkout: Path) -> None:
    assert built_from("compute", SETTINGS, checkout) == built_from("compute", SETTINGS)


def test_an_environment_without_a_system_is_not_built_from_it(checkout: Path) -> None:
    without = Settings(environment="prod", suffix="prod", systems=())
    before = built_from("compute", without, checkout)
    (checkout / "services/transactions/router.py").unlink()
    assert built_from("compute", without, checkout) == before


def test_an_unknown_layer_lists_the_known() -> None:
    with pytest.raises(KeyError, match="no layer 'network'; there are: security, data, messaging, compute, api"):
        built_from("network", SETTINGS)
