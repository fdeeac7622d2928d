"""The one way to MiniStack's modules, which the project's own environment does not have and whose types are unknown."""

import importlib
from typing import Any

PINNED = "1.5.33"


def load(module: str, package: str = "ministack") -> Any:
    """The module `package.module`, untyped."""
    return importlib.import_module(f"{package}.{module}")
