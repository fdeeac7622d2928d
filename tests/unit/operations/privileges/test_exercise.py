"""A system's exercise is found by the system's name."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from operations.privileges.exercise import Flow, exercise_maker, flows_of
from operations.privileges.exercises import transactions
from operations.problem import OperationError
from services.transactions.system import system as described
from tests.unit.operations.fakes import system


class NoFlows:
    """An exercise of nothing."""

    flows: Mapping[str, Flow] = {}

    def begin(self) -> None: ...

    def end(self) -> None: ...


def test_an_exercise_is_the_module_of_the_systems_name() -> None:
    assert exercise_maker(described) is transactions.exercise


def test_a_system_without_an_exercise_is_told_where_to_write_one() -> None:
    with pytest.raises(OperationError, match=r"'price-feeds' has no exercise.*privileges/exercises/price_feeds\.py"):
        exercise_maker(replace(system, name="price-feeds"))


def test_a_module_that_lacks_a_library_is_not_taken_for_a_missing_one(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "broken_exercises").mkdir()
    (folder / "broken_exercises" / "orders.py").write_text("import no_such_library\n")
    monkeypatch.syspath_prepend(folder)
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        exercise_maker(system, package="broken_exercises")


def test_a_function_without_a_flow_is_named_before_anything_is_tried() -> None:
    with pytest.raises(OperationError, match="exercise of 'orders' has no flow for: receiver"):
        flows_of(system, NoFlows())
