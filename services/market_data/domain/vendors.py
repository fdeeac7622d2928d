"""The public formats of trades that are recognised: where a record of each says what.

Names are those of columns in a CSV file's header, or of a JSON object's members.
"""

import re
from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A vendor's format.

    A symbol or a venue is either a member of each record or the same for all: the symbol stands in the object's name
    (`symbol_in` matches its last part, without suffixes, as in `named`), the venue is `venue`. `columns` is the CSV
    file's whole header; `headless` tells that the file may come without it.
    """

    name: str
    time: str
    price: str
    size: str
    columns: tuple[str, ...] = ()
    headless: bool = False
    symbol: str | None = None
    symbol_in: Pattern[str] | None = None
    named: str = ""
    trade_id: str | None = None
    venue_member: str | None = None
    venue: str = ""
    record_types: tuple[str, ...] = ()


# https://data.binance.vision: spot files have no header, and a column more than those of futures.
BINANCE = Vendor(
    name="Binance trades",
    columns=("id", "price", "qty", "quote_qty", "time", "is_buyer_maker", "is_best_match"),
    headless=True,
    symbol_in=re.compile(r"([A-Z0-9_]+)-trades-[0-9-]+"),
    named="BTCUSDT-trades-2026-11-20.csv",
    time="time",
    price="price",
    size="qty",
    trade_id="id",
    venue="binance",
)
BINANCE_FUTURES = Vendor(
    name="Binance futures trades",
    columns=("id", "price", "qty", "quote_qty", "time", "is_buyer_maker"),
    headless=True,
    symbol_in=re.compile(r"([A-Z0-9_]+)-trades-[0-9-]+"),
    named="BTCUSDT-trades-2026-11-20.csv",
    time="time",
    price="price",
    size="qty",
    trade_id="id",
    venue="binance-futures",
)
# The archive of time and sales: one file a pair, and no ids.
KRAKEN = Vendor(
    name="Kraken time and sales",
    columns=("timestamp", "price", "volume"),
    headless=True,
    symbol_in=re.compile(r"([A-Z0-9.]+)"),
    named="XBTUSD.csv",
    time="timestamp",
    price="price",
    size="volume",
    venue="kraken",
)
TARDIS = Vendor(
    name="Tardis trades",
    columns=("exchange", "symbol", "timestamp", "local_timestamp", "id", "side", "price", "amount"),
    symbol="symbol",
    time="timestamp",
    price="price",
    size="amount",
    trade_id="id",
    venue_member="exchange",
)
# Recorded messages of the WebSocket feed's channel `matches`.
COINBASE = Vendor(
    name="Coinbase matches",
    symbol="product_id",
    time="time",
    price="price",
    size="size",
    trade_id="trade_id",
    venue="coinbase",
    record_types=("match", "last_match"),
)
# Columns in any order among others; `trade_id` and `venue` may be missing.
GENERIC = Vendor(
    name="generic",
    symbol="symbol",
    time="timestamp",
    price="price",
    size="size",
    trade_id="trade_id",
    venue_member="venue",
)

CSV_VENDORS = (BINANCE, BINANCE_FUTURES, KRAKEN, TARDIS)
GENERIC_REQUIRED = ("symbol", "timestamp", "price", "size")
