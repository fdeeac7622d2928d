"""What the trades of a window come to, exactly."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

from services.common.amount import DECIMAL_PLACES
from services.market_data.domain.tick import Tick

_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Prices of the first, highest, lowest and last trade; size, worth (price times size) and number of all trades."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    turnover: Decimal
    count: int

    @property
    def vwap(self) -> Decimal | None:
        """The volume-weighted average price, half to even at 18 places; None where the volume is zero."""
        if not self.volume:
            return None
        # Rounded once: a quotient that is already rounded could tip over at the 18th place.
        scaled = self.turnover.scaleb(DECIMAL_PLACES, _EXACT)
        whole, rest = _EXACT.divmod(scaled, self.volume)
        twice = _EXACT.multiply(rest, Decimal(2))
        if twice > self.volume or (twice == self.volume and whole % 2):
            whole = _EXACT.add(whole, Decimal(1))
        return whole.scaleb(-DECIMAL_PLACES, _EXACT)


def summarise(ticks: Iterable[Tick]) -> Aggregate | None:
    """The aggregate of ticks in the order of their places; None where there are none."""
    total: Aggregate | None = None
    for tick in ticks:
        worth = _EXACT.multiply(tick.price, tick.size)
        single = Aggregate(tick.price, tick.price, tick.price, tick.price, tick.size, worth, 1)
        total = single if total is None else joined(total, single)
    return total


def joined(earlier: Aggregate, later: Aggregate) -> Aggregate:
    """The aggregate of two stretches of time, the one before the other."""
    return Aggregate(
        earlier.open,
        max(earlier.high, later.high),
        min(earlier.low, later.low),
        later.close,
        _EXACT.add(earlier.volume, later.volume),
        _EXACT.add(earlier.turnover, later.turnover),
        earlier.count + later.count,
    )
