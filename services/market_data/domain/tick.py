"""A trade as the state table keeps it: under its symbol, at a place in time that no other trade has.

The place is one number of at most 38 digits, what DynamoDB keeps exactly: 16 for the microsecond of the trade, and 22
for its sequence within that microsecond.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256

from services.common.invalid_input import InvalidInputError, shown

SEQUENCES = 10**22

SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9._:/-]{0,31}")
SYMBOL_ALLOWED = "1 to 32 ASCII letters, digits and ._:/- that begin with a letter or a digit"

# A trade's number keeps the order of trades within a microsecond; the last four digits tell venues apart.
_NUMBERED = re.compile(r"[0-9]{1,18}")
_VENUES = 10**4
# The line keeps the order of a file; the last ten digits tell files apart.
_SOURCES = 10**10
TRADE_ID = re.compile(r"[\x21-\x7e]{1,64}")


@dataclass(frozen=True, slots=True)
class Tick:
    """A trade: how much changed hands at which price; `place` orders the trades of a symbol and is never shared."""

    symbol: str
    place: int
    price: Decimal
    size: Decimal

    @property
    def instant(self) -> int:
        """When it was traded, in microseconds since 1970."""
        return self.place // SEQUENCES


def place_of(instant: int, sequence: int) -> int:
    """The place of a trade that is the `sequence`-th of its microsecond."""
    return instant * SEQUENCES + sequence


def trade_sequence(venue: str, trade_id: str) -> int:
    """The sequence of a trade that its venue has given an id: the same in whichever file it comes."""
    if _NUMBERED.fullmatch(trade_id):
        return int(trade_id) * _VENUES + _number(venue) % _VENUES
    return int.from_bytes(sha256(f"{venue}#{trade_id}".encode()).digest()) % SEQUENCES


def line_sequence(object_key: str, line: int) -> int:
    """The sequence of a trade without an id: its line in the object, whichever version of the object that is."""
    return line * _SOURCES + _number(object_key) % _SOURCES


def parse_symbol(value: object, field: str) -> str:
    """A symbol as its vendor writes it, in capitals; InvalidInputError for what is none."""
    symbol = value.upper() if isinstance(value, str) and value.isascii() else ""
    if not SYMBOL.fullmatch(symbol):
        raise InvalidInputError(field, f"{field} is {shown(value)}; allowed are {SYMBOL_ALLOWED}")
    return symbol


@lru_cache(maxsize=1_000)
def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest())
