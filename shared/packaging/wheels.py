"""The wheels that functions carry, as poetry.lock pins them, installed for the bundle's target."""

import hashlib
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pulumi

from shared.packaging.target import Target

# Poetry's group of what the functions import.
GROUP = "services"

# The Lambda runtime brings boto3 and what it needs; a copy in the bundle would be 15 MB more to load.
RUNTIME_BRINGS = frozenset({"boto3", "botocore", "python-dateutil", "s3transfer", "six", "urllib3"})


class WheelsError(pulumi.RunError):
    """The wheels could not be installed; the message holds pip's own words."""


def wheels(lock: Path, target: Target, cache: Path) -> Path:
    """Folder with the wheels' files, installed on first use and kept in `cache` under the hash of what it holds."""
    requirements = "\n".join(_requirements(lock)) + "\n"
    key = hashlib.sha256(f"{target}\n{requirements}".encode()).hexdigest()[:16]
    folder = cache / f"wheels-{target.name}-{key}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        _install(requirements, target, folder)
    return folder


def _requirements(lock: Path) -> Iterator[str]:
    packages: list[dict[str, Any]] = tomllib.loads(lock.read_text())["package"]
    for package in packages:
        if GROUP in package["groups"] and package["name"] not in RUNTIME_BRINGS:
            hashes = " ".join(f"--hash={file['hash']}" for file in package["files"])
            yield f"{package['name']}=={package['version']} {hashes}"


def _install(requirements: str, target: Target, folder: Path) -> None:
    scratch = Path(mkdtemp(prefix="wheels-", dir=folder.parent))
    listed = scratch / "requirements.txt"
    listed.write_text(requirements)
    installed = scratch / "installed"
    platform = ["--platform", target.platform, "--implementation", "cp"] if target.platform else []
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    pins = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version", target.python]
    command = [*pip, *pins, *platform, "--target", str(installed), "--requirement", str(listed)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise WheelsError(f"pip could not install the functions' wheels for {target.name}:\n{done.stderr.strip()}")
        # Another program may have been quicker; its folder is the same.
        if not folder.exists():
            installed.rename(folder)
    finally:
        shutil.rmtree(scratch)
