"""The same once more: requests, deliveries, whole streams."""

from collections import Counter

import pytest

from tests.faults.laboratory.laboratory import laboratory
from tests.faults.laboratory.sources.source import Turbulence
from tests.faults.running import at_rest, offer_all, offer_each_once, run, undisturbed
from tests.faults.scenarios import READ_FROM_HORIZON, SCENARIOS, SENT_AGAIN, STREAMED
from tests.faults.scenarios.scenario import Scenario


@pytest.mark.fault_case(1, 5)
@pytest.mark.parametrize("later", [{}, {"hours": 1}, {"days": 3}], ids=["at once", "an hour later", "three days later"])
@pytest.mark.parametrize("kind", SENT_AGAIN)
def test_an_input_that_comes_again_has_no_second_effect(kind: type[Scenario], later: dict[str, float]) -> None:
    expected, _ = undisturbed(kind)
    scenario = kind()
    with laboratory(scenario.system, scenario.secrets) as lab:
        first = run(scenario, lab)
        lab.skip(**later)
        for name in scenario.inputs:
            scenario.offer(lab, name)
            lab.settle()
        again = at_rest(scenario, lab)
        assert first == again == expected
        assert again.copies == first.copies


@pytest.mark.fault_case(4, 5)
@pytest.mark.fault_case(15, kinds=STREAMED)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", SCENARIOS)
def test_deliveries_that_happen_again_in_any_order_have_no_second_effect(kind: type[Scenario], seed: int) -> None:
    expected, _ = undisturbed(kind)
    scenario = kind()
    with laboratory(scenario.system, scenario.secrets, Turbulence.seeded(seed, repeats=0.3)) as lab:
        outcome = run(scenario, lab)
    assert outcome == expected
    assert outcome.copies == Counter(dict.fromkeys(outcome.copies, 1))


@pytest.mark.fault_case(5, 15)
@pytest.mark.fault_case(36, kinds=READ_FROM_HORIZON)
@pytest.mark.parametrize("hours", [0, 1, 23])
@pytest.mark.parametrize("kind", STREAMED)
def test_a_stream_that_is_read_again_from_its_horizon_has_no_second_effect(kind: type[Scenario], hours: int) -> None:
    expected, _ = undisturbed(kind)
    scenario = kind()
    with laboratory(scenario.system, scenario.secrets) as lab:
        run(scenario, lab)
        lab.skip(hours=hours)
        for stream in lab.streams.values():
            stream.recreate()
        lab.settle()
        outcome = at_rest(scenario, lab)
    assert outcome == expected
    assert set(outcome.copies.values()) <= {1}


@pytest.mark.fault_case(31)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_ten_minutes_without_concurrency_delay_and_lose_nothing(kind: type[Scenario]) -> None:
    expected, _ = undisturbed(kind)
    for name in [function.name for function in kind.system.functions]:
        scenario = kind()
        with laboratory(scenario.system, scenario.secrets) as lab:
            scenario.prepare(lab)
            lab.processes[name].disabled = True
            refused = offer_each_once(scenario, lab)
            lab.let_pass(minutes=10)
            lab.processes[name].disabled = False
            offer_all(scenario, lab, refused)
            assert at_rest(scenario, lab) == expected, name
