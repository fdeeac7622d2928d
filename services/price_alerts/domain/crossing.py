"""When a price fires a rule."""

from decimal import Decimal

from services.common.timestamp import utc_text
from services.price_alerts.domain.rule import ArmedRule, Direction
from services.price_alerts.domain.tick import Tick


def reaches(price: Decimal, direction: Direction, threshold: Decimal) -> bool:
    """Whether the price is at the threshold or beyond it."""
    return price >= threshold if direction is Direction.ABOVE else price <= threshold


def fires(rule: ArmedRule, tick: Tick, *, latest: bool) -> bool:
    """Whether the tick is the crossing that the rule waits for.

    The latest price of a symbol holds now, and so fires every rule that it reaches; an earlier one, delivered late,
    only those that were armed by the time that it was observed.
    """
    known_in_time = latest or rule.armed_at <= utc_text(tick.observed_at)
    return known_in_time and reaches(tick.price, rule.direction, rule.threshold)
