"""What a bundle is built for: the platform of its wheels and the Python of its bytecode."""

import sys
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, slots=True)
class Target:
    """A platform tag of wheels, None for the machine's own, and a Python version such as 3.11."""

    name: str
    platform: str | None
    python: str

    @property
    def compiles(self) -> bool:
        """Whether this interpreter writes the bytecode that the target's reads."""
        return self.python == _this_python()


def _this_python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


AWS = Target("aws", "manylinux2014_aarch64", "3.11")
HOST = Target("host", None, _this_python())


def target_named(name: str) -> Target:
    """The target of that name; a wrong one ends the program with the allowed ones."""
    for target in (AWS, HOST):
        if target.name == name:
            return target
    raise pulumi.RunError(f"bundleTarget: {name!r} is not allowed; it must be one of: {AWS.name}, {HOST.name}")
