"""`python -m tests.faults.soak`: campaigns of any size and number; what fails is shrunk, and shown with its seed."""

import argparse
import logging
import sys
import time
import warnings
from collections.abc import Sequence

import tests.faults.conftest  # noqa: F401  # loads the functions' telemetry
from tests.faults.campaign import Campaign, Plan, shrunk
from tests.faults.scenarios import SCENARIOS
from tests.faults.scenarios.scenario import Outcome, Scenario

KINDS = {kind.system.name: kind for kind in SCENARIOS}


def main(arguments: Sequence[str]) -> int:
    """Exits with 1 where a seed fails."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("systems", nargs="*", metavar="SYSTEM", help=f"of {', '.join(KINDS)}; all by default")
    parser.add_argument("--seeds", type=_seeds, default=range(20), help="how many, or one as =7")
    parser.add_argument("--events", type=int, default=10_000, help="inputs of a campaign")
    given = parser.parse_args(arguments)
    unknown = [system for system in given.systems if system not in KINDS]
    if unknown:
        parser.error(f"no system is called {', '.join(unknown)}; there are {', '.join(KINDS)}")
    logging.disable()
    warnings.simplefilter("ignore")
    failed = [
        f"{system} {seed}"
        for system in given.systems or KINDS
        for seed in given.seeds
        if not _holds(KINDS[system], seed, given.events)
    ]
    print(f"failed: {', '.join(failed)}" if failed else "nothing was lost, and nothing happened twice")
    return 1 if failed else 0


def _holds(kind: type[Scenario], seed: int, events: int) -> bool:
    begun = time.monotonic()
    campaign = Campaign(kind, seed, tuple(kind().many(events)))
    expected = campaign.outcome({})
    plan = campaign.plan()
    wrong = campaign.failure(expected, plan)
    seconds = time.monotonic() - begun
    print(f"{kind.system.name}, seed {seed}: {events} events in {seconds:.0f} s", "wrong" if wrong else "", flush=True)
    if wrong:
        print(wrong)
        for number, effect in sorted(_shrink(campaign, expected, plan).items()):
            print(f"  call {number}: {effect}")
    return wrong is None


def _shrink(campaign: Campaign, expected: Outcome, plan: Plan) -> Plan:
    print("shrinking", flush=True)
    return shrunk(plan, lambda left: campaign.failure(expected, left) is not None)


def _seeds(text: str) -> Sequence[int]:
    return [int(text[1:])] if text.startswith("=") else range(int(text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
