"""Bundles of a tiny system."""

import base64
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock
from zipfile import ZipFile

import pytest

import shared.packaging.bundle as packaging
from shared.checkout import CHECKOUT
from shared.model import System
from shared.packaging import AWS, HOST, Bundle, Target, bundle_of, target_named
from tests.unit.shared.fake_index import write_checkout

SHOP = System("corner-shop", functions=())
# Flags of a .pyc: its source is named by a hash, which nobody compares.
UNCHECKED_HASH = (1).to_bytes(4, "little")


@pytest.fixture(autouse=True)
def libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installed wheels: one module, and what pip leaves beside it."""
    folder = tmp_path / "wheels-host-0"
    for path in ("sample.py", "sample-1.0.dist-info/METADATA", "sample-1.0.dist-info/RECORD", "bin/tool", "native.so"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("")
    monkeypatch.setattr(packaging, "wheels", Mock(return_value=folder))
    return folder


def built(folder: Path, target: Target = HOST) -> Bundle:
    """The bundle of a checkout and a cache of its own in the folder."""
    checkout = folder / "checkout"
    if not checkout.exists():
        write_checkout(checkout, "")
    (folder / "cache").mkdir(exist_ok=True)
    return bundle_of(SHOP, target, checkout, folder / "cache")


def names(bundle: Bundle) -> list[str]:
    with ZipFile(bundle.path) as archive:
        return archive.namelist()


def test_a_bundle_holds_the_systems_modules_and_its_wheels_and_no_description(tmp_path: Path) -> None:
    held = [name for name in names(built(tmp_path)) if not name.endswith(".pyc")]
    assert held == [
        "native.so",
        "sample-1.0.dist-info/METADATA",
        "sample.py",
        "services/__init__.py",
        "services/common/__init__.py",
        "services/common/words.py",
        "services/corner_shop/__init__.py",
        "services/corner_shop/shipper.py",
    ]


def test_a_bundle_says_its_package_and_its_digest_as_lambda_computes_it(tmp_path: Path) -> None:
    bundle = built(tmp_path)
    assert bundle.package == "services.corner_shop"
    assert bundle.sha256 == base64.b64encode(hashlib.sha256(bundle.path.read_bytes()).digest()).decode()


def test_the_same_sources_are_the_same_bytes_wherever_they_are(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "a" / "longer" / "path"]
    for folder in folders:
        folder.mkdir(parents=True)
    assert len({built(folder).path.read_bytes() for folder in folders}) == 1


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_same_sources_are_the_same_bytes_in_a_process_that_hashes_otherwise(
    seed: str, tmp_path: Path, libraries: Path
) -> None:
    here = built(tmp_path)
    (tmp_path / "cache" / here.path.name).rename(tmp_path / "here.zip")
    program = (
        "import sys, shared.packaging.bundle as b; from pathlib import Path; from shared.model import System;"
        f"b.wheels = lambda *_: Path({str(libraries)!r});"
        f"b.bundle_of(System('corner-shop', functions=()), b.Target('host', None, {HOST.python!r}), "
        f"Path({str(tmp_path / 'checkout')!r}), Path({str(tmp_path / 'cache')!r}))"
    )
    environ = os.environ | {"PYTHONHASHSEED": seed}
    subprocess.run([sys.executable, "-c", program], check=True, env=environ, cwd=CHECKOUT)
    assert here.path.read_bytes() == (tmp_path / "here.zip").read_bytes()


def test_every_entry_has_the_same_time_and_mode(tmp_path: Path) -> None:
    with ZipFile(built(tmp_path).path) as archive:
        entries = archive.infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o644}


def test_every_module_has_bytecode_that_is_never_checked_against_its_source(tmp_path: Path) -> None:
    bundle = built(tmp_path)
    modules = [name for name in names(bundle) if name.endswith(".py")]
    with ZipFile(bundle.path) as archive:
        flags = {archive.read(name)[4:8] for name in names(bundle) if name.endswith(".pyc")}
    assert flags == {UNCHECKED_HASH}
    assert len([name for name in names(bundle) if name.endswith(".pyc")]) == len(modules)


def test_a_function_runs_from_the_bytecode_of_a_read_only_bundle(tmp_path: Path) -> None:
    unpacked = tmp_path / "task"
    with ZipFile(built(tmp_path).path) as archive:
        archive.extractall(unpacked)
    # A source that would fail shows that it is not what runs.
    (unpacked / "services/corner_shop/shipper.py").write_text("raise SystemExit('ran from the source')")
    for folder, _, _ in os.walk(unpacked, topdown=False):
        Path(folder).chmod(0o555)
    imports = f"import sys; sys.path.insert(0, {str(unpacked)!r}); from services.corner_shop.shipper import WORDS"
    program = f"{imports}; print(WORDS)"
    ran = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    for folder, _, _ in os.walk(unpacked):
        Path(folder).chmod(0o755)
    assert ran.stdout == "True\n"


def test_the_bytecode_names_no_path_of_this_machine(tmp_path: Path) -> None:
    bundle = built(tmp_path)
    with ZipFile(bundle.path) as archive:
        content = b"".join(archive.read(name) for name in names(bundle))
    assert str(tmp_path).encode() not in content
    assert b"/var/task/services/corner_shop/shipper.py" in content


def test_bytecode_that_the_targets_python_could_not_read_is_not_written(tmp_path: Path) -> None:
    bundle = built(tmp_path, Target("old", None, "3.8"))
    assert [name for name in names(bundle) if name.endswith(".pyc")] == []


def test_a_bundle_is_built_once_for_the_same_sources(tmp_path: Path) -> None:
    bundle = built(tmp_path)
    os.utime(bundle.path, (0, 0))
    assert built(tmp_path) == bundle
    assert bundle.path.stat().st_mtime == 0


@pytest.mark.parametrize(("changed", "is_anew"), [("shipper.py", True), ("system.py", False), ("new.py", True)])
def test_a_bundle_is_built_anew_for_other_modules_and_not_for_another_description(
    changed: str, is_anew: bool, tmp_path: Path
) -> None:
    before = built(tmp_path)
    (tmp_path / "checkout/services/corner_shop" / changed).write_text("CHANGED = True\n")
    assert (built(tmp_path).sha256 != before.sha256) is is_anew


def test_a_target_is_known_by_its_name() -> None:
    assert (target_named("aws"), target_named("host")) == (AWS, HOST)
    assert (AWS.platform, AWS.python) == ("manylinux2014_aarch64", "3.11")
