"""Puts a system's modules and its wheels into one zip."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from shared.checkout import CHECKOUT
from shared.model import System
from shared.packaging.target import Target
from shared.packaging.wheels import wheels
from shared.systems import folder_name

CACHE = CHECKOUT / ".bundles"

# Zip's first day: a fixed time, so that the same files are the same zip.
EPOCH = (1980, 1, 1, 0, 0, 0)
MODE = 0o644 << 16

# Installation records differ from machine to machine and are read by nobody in the runtime.
LEFT_OUT = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})


@dataclass(frozen=True, slots=True)
class Bundle:
    """A zip, its SHA-256 in Base64 as Lambda computes it, and the package of the system's modules in it."""

    path: Path
    sha256: str
    package: str


def bundle_of(system: System, target: Target, checkout: Path = CHECKOUT, cache: Path = CACHE) -> Bundle:
    """The bundle of a system, built where none of the same sources is in `cache`."""
    folder = folder_name(system.name)
    libraries = wheels(checkout / "poetry.lock", target, cache)
    sources = dict(_modules(checkout, folder))
    zipped = cache / f"{system.name}-{target.name}-{_key(sources, libraries)}.zip"
    if not zipped.is_file():
        _build(sources, libraries, target, zipped)
    digest = base64.b64encode(hashlib.sha256(zipped.read_bytes()).digest()).decode()
    return Bundle(zipped, digest, f"services.{folder}")


def _modules(checkout: Path, folder: str) -> Iterator[tuple[str, Path]]:
    """Path in the bundle and file of every module that may run there; descriptions stay at home."""
    services = checkout / "services"
    for file in [services / "__init__.py", *(services / "common").rglob("*.py"), *(services / folder).rglob("*.py")]:
        if file.name != "system.py":
            yield file.relative_to(checkout).as_posix(), file


def _key(sources: dict[str, Path], libraries: Path) -> str:
    digest = hashlib.sha256(libraries.name.encode())
    for path, file in sorted(sources.items()):
        digest.update(f"{path}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _build(sources: dict[str, Path], libraries: Path, target: Target, zipped: Path) -> None:
    with TemporaryDirectory(prefix="bundle-", dir=zipped.parent) as scratch:
        content = Path(scratch) / "content"
        ignored = shutil.ignore_patterns("__pycache__", "bin", *LEFT_OUT)
        shutil.copytree(libraries, content, ignore=ignored)
        for path, file in sources.items():
            (content / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, content / path)
        if target.compiles:
            _compile(content)
        unfinished = Path(scratch) / "bundle.zip"
        _zip(content, unfinished)
        unfinished.replace(zipped)


def _compile(content: Path) -> None:
    # The bundle is read-only in Lambda and its files bear a fixed time: only unchecked bytecode counts there.
    # A process of its own, because what this one has interned would show in the bytecode.
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(content), "-p", "/var/task"]
    subprocess.run([sys.executable, "-I", "-m", "compileall", *options, str(content)], check=True)


def _zip(content: Path, zipped: Path) -> None:
    with ZipFile(zipped, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(_files(content)):
            entry = ZipInfo(file.relative_to(content).as_posix(), EPOCH)
            entry.external_attr = MODE
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())


def _files(content: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(content):
        yield from (Path(folder) / name for name in names)
