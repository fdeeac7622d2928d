"""Versions out of poetry.lock, without a TOML parser: its form is Poetry's own, and parsing it takes 80 ms."""

import re
from pathlib import Path

from local.paths import CHECKOUT

LOCKFILE = CHECKOUT / "poetry.lock"
_PACKAGE = re.compile(r'^\[\[package\]\]\nname = "([^"]+)"\nversion = "([^"]+)"', re.MULTILINE)


def locked_versions(lockfile: Path = LOCKFILE) -> dict[str, str]:
    """Every locked package with its version."""
    return dict(_PACKAGE.findall(lockfile.read_text()))
