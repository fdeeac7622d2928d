"""What the operators get in every environment."""

import pytest

from shared.operators import CLOUDWATCH, OPERATORS, alarms, alarms_key


@pytest.mark.requirement("ALL-6", "ALL-11")
def test_alarms_speak_to_an_encrypted_topic_whose_key_cloudwatch_may_use() -> None:
    assert OPERATORS.topics == (alarms,)
    assert OPERATORS.keys == (alarms_key,)
    assert alarms.key is alarms_key
    assert alarms.published_by == alarms_key.used_by == (CLOUDWATCH,)


def test_the_operators_system_runs_no_code() -> None:
    assert (OPERATORS.functions, OPERATORS.apis) == ((), ())
