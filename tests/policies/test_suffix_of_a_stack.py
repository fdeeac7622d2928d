"""Without settings, as by hand, physical names end in the stack's name, or in its last parts."""

import pytest

from policies.framework.circumstances import Circumstances
from policies.framework.resource import Resource
from policies.naming.ends_in_suffix import check
from tests.policies.verdicts import TODAY

QUEUE = "aws:sqs/queue:Queue"


@pytest.mark.requirement("ALL-1", "RP-3")
@pytest.mark.parametrize(
    ("name", "fits"),
    [("orders-local-one", True), ("orders-one", True), ("orders-local", False), ("orders", False)],
)
def test_a_name_ends_in_the_stack_s_name_or_its_last_parts(name: str, fits: bool) -> None:
    there = Circumstances("local-one", TODAY)
    assert (not list(check(Resource(QUEUE, "orders", {"name": name}, circumstances=there)))) == fits
