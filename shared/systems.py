"""Finds the systems: every folder of services/ with a system.py."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

from shared.checkout import SERVICES
from shared.model import Function, System
from shared.operators import OPERATORS


def known_systems(services: Path = SERVICES) -> tuple[str, ...]:
    """Names of all systems, in alphabetical order, with dashes as their descriptions write them."""
    return tuple(sorted(found.parent.name.replace("_", "-") for found in services.glob("*/system.py")))


def load_systems(names: Iterable[str]) -> tuple[System, ...]:
    """The descriptions of the systems of those names."""
    return tuple(import_module(f"services.{folder_name(name)}.system").system for name in names)


def known_functions() -> Mapping[str, Function]:
    """The functions of all systems by name."""
    return {function.name: function for system in load_systems(known_systems()) for function in system.functions}


def known_topics() -> tuple[str, ...]:
    """Names of the topics of all systems, and of the operators'."""
    systems = (OPERATORS, *load_systems(known_systems()))
    return tuple(topic.name for system in systems for topic in system.topics)


def folder_name(system: str) -> str:
    """Name of the system's folder, which is also its package."""
    return system.replace("-", "_")
