"""Many faults at once, for fixed seeds; `just faults SYSTEM SEED` repeats one, and shrinks it."""

from functools import cache

import pytest

from tests.faults.campaign import Campaign, shrunk
from tests.faults.laboratory.faults import KilledAfter
from tests.faults.scenarios import SCENARIOS, STREAMED
from tests.faults.scenarios.scenario import Outcome, Scenario

SEEDS = 20
INPUTS = 6


@cache
def expected(kind: type[Scenario]) -> Outcome:
    campaign = Campaign(kind, 0, tuple(kind().many(INPUTS)))
    return campaign.outcome({})


@pytest.mark.fault_case(2, 4, 37)
@pytest.mark.fault_case(15, kinds=STREAMED)
@pytest.mark.parametrize("kind", SCENARIOS)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_many_faults_at_once_lose_nothing_and_do_nothing_twice(kind: type[Scenario], seed: int) -> None:
    campaign = Campaign(kind, seed, tuple(kind().many(INPUTS)))
    wrong = campaign.failure(expected(kind), campaign.plan())
    assert wrong is None, f"{wrong}\nrepeat and shrink it: just faults {kind.system.name} {seed}"


def test_a_plan_shrinks_to_what_matters() -> None:
    plan = {number: KilledAfter() for number in range(1, 60)}
    assert shrunk(plan, lambda left: {7, 41} <= left.keys()).keys() == {7, 41}
