"""The page on what an environment costs while nobody uses it."""

from decimal import Decimal

from operations.fixed_cost import FILE, document, fixed
from shared.operators import OPERATORS
from tests.unit.shared import samples


def test_the_page_in_docs_is_what_the_descriptions_say_today() -> None:
    assert FILE.read_text() == document(), "docs/cost.md is stale: just docs"


def test_what_is_paid_for_is_counted() -> None:
    shop = fixed(samples.shop)
    # Two keys; two patterns in three functions' logs; one schedule, every five minutes.
    assert (shop.keys, shop.metrics, shop.dashboards, shop.runs) == (2, 6, 1, 8_640)
    assert shop.cost == shop.alarms * Decimal("0.10") + Decimal("6.80")


def test_what_has_no_functions_is_shown_on_no_dashboard() -> None:
    assert (fixed(OPERATORS).dashboards, fixed(OPERATORS).cost) == (0, Decimal("1.00"))
