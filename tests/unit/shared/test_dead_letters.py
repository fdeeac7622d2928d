"""What each dead-letter queue holds follows from the description."""

import pytest

from shared.dead_letters import FailedInvocations, FailedRecords, UndeliveredEvents, UnprocessedMessages, dead_letters
from shared.model import System
from shared.runbooks import OF_DEAD_LETTERS, Runbook
from shared.systems import known_systems, load_systems
from tests.unit.shared import samples

SYSTEMS = (samples.shop, samples.warehouse, *load_systems(known_systems()))


@pytest.mark.requirement("ALL-14")
def test_a_letter_is_known_by_the_queue_that_it_lies_in() -> None:
    (rule,) = samples.stocking.rules
    assert {letters.queue.name: letters for letters in dead_letters(samples.shop)} == {
        "labels-dlq": UnprocessedMessages(samples.labels.dead_letter_queue, samples.labels),
        "shipper-failures": FailedInvocations(samples.shipper.failure_queues[0], samples.shipper),
        "shipper-stream-dlq": FailedRecords(samples.shipper.failure_queues[1], samples.shipper),
        "sweep-dlq": UndeliveredEvents(samples.sweep.dead_letter_queue, samples.shipper, samples.sweep),
    }
    assert UndeliveredEvents(rule.dead_letter_queue, samples.stocking, rule) in dead_letters(samples.warehouse)


@pytest.mark.requirement("ALL-14")
@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_no_dead_letter_queue_is_forgotten(system: System) -> None:
    assert tuple(letters.queue for letters in dead_letters(system)) == system.dead_letter_queues


def test_each_kind_has_a_runbook_of_its_own() -> None:
    kinds = {type(letters) for system in SYSTEMS for letters in dead_letters(system)}
    assert set(OF_DEAD_LETTERS) == kinds
    assert len(set(OF_DEAD_LETTERS.values())) == len(kinds)
    assert all(runbook in Runbook for runbook in OF_DEAD_LETTERS.values())
