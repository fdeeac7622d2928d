"""A function's environment variables, declared as a dataclass and read once at start."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Declared = TypeVar("Declared", bound=DataclassInstance)
else:
    Declared = TypeVar("Declared")


class MissingVariableError(Exception):
    """Declared environment variables that are absent or empty."""


def read_environment(declared: type[Declared], source: Mapping[str, str]) -> Declared:
    """An instance of the dataclass of str fields, each read from the variable of its name in upper case.

    Raises MissingVariableError, which names every variable that is absent or empty.
    """
    values = {field.name: source.get(field.name.upper(), "") for field in fields(declared)}
    missing = [name.upper() for name, value in values.items() if not value]
    if missing:
        raise MissingVariableError(
            f"set {', '.join(missing)} in the function's environment: {declared.__name__} needs it"
        )
    return declared(**values)
