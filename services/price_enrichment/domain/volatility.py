"""The volatility of a window of prices; to be called in the working precision."""

from collections.abc import Sequence
from decimal import Decimal

# Of 365 days, for markets of cryptocurrencies never close.
SECONDS_OF_YEAR = 365 * 86_400


def log_return(earlier: Decimal, later: Decimal) -> Decimal:
    """The natural logarithm of what a price became, as a multiple of what it was."""
    return (later / earlier).ln()


def sample_deviation(returns: Sequence[Decimal]) -> Decimal:
    """The standard deviation of a sample of two returns or more: the sum of squares is over one less than they are."""
    mean = sum(returns, Decimal(0)) / len(returns)
    squares = sum(((value - mean) ** 2 for value in returns), Decimal(0))
    return (squares / (len(returns) - 1)).sqrt()


def annualised(deviation: Decimal, seconds_between_returns: Decimal) -> Decimal:
    """The deviation over a year, if returns go on to come as far apart and are independent of each other."""
    return deviation * (SECONDS_OF_YEAR / seconds_between_returns).sqrt()
