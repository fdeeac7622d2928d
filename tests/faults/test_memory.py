"""Handlers that live long keep nothing of what they have handled."""

import tracemalloc

import pytest

from shared.checkout import SERVICES
from tests.faults.laboratory.laboratory import laboratory
from tests.faults.running import offer
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Scenario

WARM_UP, LOAD = 10, 20
# Of 20 inputs: less than what one of them is, were it kept.
GROWTH_BYTES = 8_000


def held() -> int:
    """Bytes that the functions' own code has allocated and still holds."""
    of_services = tracemalloc.Filter(inclusive=True, filename_pattern=f"{SERVICES}/*")
    return sum(found.size for found in tracemalloc.take_snapshot().filter_traces([of_services]).statistics("filename"))


@pytest.mark.fault_case(38)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_the_memory_of_handlers_is_flat(kind: type[Scenario]) -> None:
    scenario = kind()
    names = list(scenario.many(WARM_UP + LOAD))
    with laboratory(scenario.system, scenario.secrets) as lab:
        scenario.prepare(lab)
        tracemalloc.start()
        try:
            for name in names[:WARM_UP]:
                offer(scenario, lab, name)
                lab.settle()
            before = held()
            for name in names[WARM_UP:]:
                offer(scenario, lab, name)
                lab.settle()
            assert held() - before < GROWTH_BYTES
        finally:
            tracemalloc.stop()
