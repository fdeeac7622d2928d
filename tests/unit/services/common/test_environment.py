from dataclasses import dataclass

import pytest

from services.common.environment import MissingVariableError, read_environment


@dataclass(frozen=True)
class Declared:
    some_table: str
    some_url: str


def test_each_field_is_read_from_the_variable_of_its_name():
    assert read_environment(Declared, {"SOME_TABLE": "t", "SOME_URL": "u", "OTHER": "x"}) == Declared("t", "u")


@pytest.mark.requirement("TX-6")
def test_all_missing_and_empty_variables_are_named():
    with pytest.raises(MissingVariableError, match=r"set SOME_TABLE, SOME_URL .* Declared needs it"):
        read_environment(Declared, {"SOME_URL": ""})
