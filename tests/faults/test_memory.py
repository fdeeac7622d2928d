"""Handlers that live long keep nothing of what they have handled."""

import gc
import tracemalloc
from pathlib import Path

import pytest

from shared.checkout import SERVICES
from tests.faults.laboratory import process
from tests.faults.laboratory.laboratory import laboratory
from tests.faults.running import offer
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Scenario

WARM_UP, LOAD = 10, 20
# Of 20 inputs, each an event of several thousand bytes; pytest keeps what is logged.
GROWTH_BYTES = 20_000
# So deep is what the functions' code, and whoever hands it its events, allocate by a parser; AWS in memory lies deeper.
FRAMES = 4
WATCHED = (f"{SERVICES}/*", str(Path(process.__file__)))


def held() -> int:
    """Bytes that were allocated for the functions' code, their events among them, and are still held."""
    gc.collect()
    watched = [tracemalloc.Filter(inclusive=True, filename_pattern=name, all_frames=True) for name in WATCHED]
    return sum(found.size for found in tracemalloc.take_snapshot().filter_traces(watched).statistics("filename"))


@pytest.mark.fault_case(38)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_the_memory_of_handlers_is_flat(kind: type[Scenario]) -> None:
    scenario = kind()
    names = list(scenario.many(WARM_UP + LOAD))
    with laboratory(scenario.system, scenario.secrets) as lab:
        scenario.prepare(lab)
        tracemalloc.start(FRAMES)
        try:
            for name in names[:WARM_UP]:
                offer(scenario, lab, name)
                lab.settle()
            before = held()
            for name in names[WARM_UP:]:
                offer(scenario, lab, name)
                lab.settle()
            growth = held() - before
            assert growth < GROWTH_BYTES
        finally:
            tracemalloc.stop()
