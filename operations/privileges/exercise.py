"""What a system must do for its grants to be needed."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Protocol

from operations.privileges import exercises
from operations.problem import OperationError
from operations.pulumi_command import PulumiCommand
from shared.model import System
from shared.systems import folder_name

# Exercises one function to its last grant and says what did not happen.
Flow = Callable[[], list[str]]


class Exercise(Protocol):
    """A system at work, one flow a function."""

    @property
    def flows(self) -> Mapping[str, Flow]:
        """Flows by the functions' names."""
        ...

    def begin(self) -> None:
        """Makes the flows fast."""
        ...

    def end(self) -> None:
        """Puts back all that was changed for them."""
        ...


class ExerciseMaker(Protocol):
    """How a module of `exercises` says its own: `exercise`, a class or a function."""

    def __call__(self, pulumi: PulumiCommand, system: System) -> Exercise:
        """The system's exercise in a deployed environment."""
        ...


def exercise_maker(system: System, package: str = exercises.__name__) -> ExerciseMaker:
    """What makes the system's exercise; OperationError where nobody has written one."""
    module = f"{package}.{folder_name(system.name)}"
    try:
        return import_module(module).exercise
    except ModuleNotFoundError as missing:
        if missing.name != module:
            raise
        file = f"{module.replace('.', '/')}.py"
        raise OperationError(f"system '{system.name}' has no exercise; write one: {file}") from None


def flows_of(system: System, exercise: Exercise) -> list[Flow]:
    """A flow for each of the system's functions, in their order; OperationError names those without."""
    flows = exercise.flows
    if missing := [function.name for function in system.functions if function.name not in flows]:
        raise OperationError(f"the exercise of '{system.name}' has no flow for: {', '.join(missing)}")
    return [flows[function.name] for function in system.functions]
