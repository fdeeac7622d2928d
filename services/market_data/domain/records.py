"""Ticks from the records of a vendor's file."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from services.common.invalid_input import InvalidInputError, shown
from services.common.json_body import parse_object
from services.market_data.domain.instant import parse_instant
from services.market_data.domain.quantity import parse_quantity
from services.market_data.domain.tick import (
    SYMBOL,
    TRADE_ID,
    Tick,
    line_sequence,
    parse_symbol,
    place_of,
    trade_sequence,
)
from services.market_data.domain.vendors import COINBASE, CSV_VENDORS, GENERIC, GENERIC_REQUIRED, Vendor

FUTURE_SECONDS = 300
MAX_VENUE = 32

Record = Mapping[str, object]
Parse = Callable[[bytes, int], Tick]


class UnrecognisedError(Exception):
    """An object whose first line fits no known format, or whose name does not fit that format."""


class Recognised(NamedTuple):
    """What parses an object's lines, and whether its first line is a header rather than a trade."""

    vendor: str
    parse: Parse
    has_header: bool


@dataclass(frozen=True, slots=True)
class Source:
    """The object that records come from, by its key, and the last instant at which they can have been traded."""

    object_key: str
    latest: int

    @property
    def file_name(self) -> str:
        """The last part of the key: `XBTUSD.csv.gz` for kraken/XBTUSD.csv.gz."""
        return PurePosixPath(self.object_key).name

    @property
    def name(self) -> str:
        """The file name without its suffixes: `XBTUSD`."""
        return self.file_name.removesuffix(".gz").rpartition(".")[0]


def recognise(first_line: bytes, source: Source) -> Recognised:
    """How the lines of an object are read, by its first one that is not blank.

    UnrecognisedError where no format fits, or where the object's name does not tell the symbol that its format needs.
    """
    if first_line.lstrip().startswith(b"{"):
        return Recognised("JSON lines", _json_parser(source), has_header=False)
    try:
        cells = _cells(first_line)
    except InvalidInputError as error:
        raise UnrecognisedError(error.message) from error
    header = tuple(cell.strip().lower() for cell in cells)
    for vendor in CSV_VENDORS:
        if header == vendor.columns:
            return Recognised(vendor.name, _csv_parser(vendor, header, source), has_header=True)
    if set(GENERIC_REQUIRED) <= set(header):
        return Recognised(GENERIC.name, _csv_parser(GENERIC, header, source), has_header=True)
    for vendor in CSV_VENDORS:
        if vendor.headless and len(cells) == len(vendor.columns) and cells[0][:1].isdigit():
            return Recognised(vendor.name, _csv_parser(vendor, vendor.columns, source), has_header=False)
    raise UnrecognisedError(
        f"the first line is {shown(first_line.decode(errors='replace'))}; allowed are JSON objects, a header with "
        f"{', '.join(GENERIC_REQUIRED)}, or the formats {', '.join(vendor.name for vendor in CSV_VENDORS)}"
    )


def read_record(vendor: Vendor, record: Record, source: Source, line: int, symbol: str | None = None) -> Tick:
    """The tick in a record; InvalidInputError names the first member that is missing or wrong.

    `symbol` is the one that the object's name tells, where the vendor's records don't.
    """
    instant = parse_instant(_required(record, vendor.time), vendor.time)
    if instant > source.latest:
        raise InvalidInputError(
            vendor.time,
            f"{vendor.time} is {shown(record[vendor.time])}, over {FUTURE_SECONDS} s ahead of our clock",
        )
    return Tick(
        symbol or parse_symbol(record.get(str(vendor.symbol)), str(vendor.symbol)),
        place_of(instant, _sequence(vendor, record, source, line)),
        parse_quantity(_required(record, vendor.price), vendor.price),
        parse_quantity(_required(record, vendor.size), vendor.size),
    )


def _json_parser(source: Source) -> Parse:
    def parse(raw: bytes, line: int) -> Tick:
        record = parse_object(raw)
        vendor = COINBASE if "product_id" in record else GENERIC
        if vendor.record_types and record.get("type") not in vendor.record_types:
            allowed = ", ".join(vendor.record_types)
            raise InvalidInputError("type", f"type is {shown(record.get('type'))}; trades are of type {allowed}")
        return read_record(vendor, record, source, line)

    return parse


def _csv_parser(vendor: Vendor, columns: tuple[str, ...], source: Source) -> Parse:
    symbol = _symbol_in_name(vendor, source)

    def parse(raw: bytes, line: int) -> Tick:
        cells = _cells(raw)
        if len(cells) != len(columns):
            raise InvalidInputError("line", f"the line has {len(cells)} columns; its file has {len(columns)}")
        return read_record(vendor, dict(zip(columns, cells, strict=True)), source, line, symbol)

    return parse


def _cells(raw: bytes) -> list[str]:
    try:
        text = raw.decode()
        # A quoted cell can't go on in the next line here: no vendor quotes numbers, let alone breaks them.
        return next(csv.reader([text], strict=True)) if '"' in text else text.split(",")
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError("line", f"the line is not CSV in UTF-8: {error}") from error


def _required(record: Record, member: str) -> object:
    value = record.get(member)
    if value is None or value == "":
        raise InvalidInputError(member, f"{member} is missing")
    return value


def _symbol_in_name(vendor: Vendor, source: Source) -> str | None:
    if vendor.symbol_in is None:
        return None
    match = vendor.symbol_in.fullmatch(source.name)
    if match and SYMBOL.fullmatch(match[1]):
        return match[1]
    raise UnrecognisedError(
        f"the first line is one of {vendor.name}, whose files tell the symbol by their name, such as {vendor.named}; "
        f"this one is named {shown(source.file_name)}"
    )


def _sequence(vendor: Vendor, record: Record, source: Source, line: int) -> int:
    trade_id = record.get(vendor.trade_id) if vendor.trade_id else None
    if trade_id is None or trade_id == "":
        return line_sequence(source.object_key, line)
    text = str(trade_id) if isinstance(trade_id, int | str) else ""
    if not TRADE_ID.fullmatch(text):
        raise InvalidInputError(
            str(vendor.trade_id), f"{vendor.trade_id} is {shown(trade_id)}; allowed are 1 to 64 ASCII characters"
        )
    return trade_sequence(_venue(vendor, record), text)


def _venue(vendor: Vendor, record: Record) -> str:
    venue = record.get(vendor.venue_member, "") if vendor.venue_member else vendor.venue
    if not isinstance(venue, str) or len(venue) > MAX_VENUE or not venue.isascii():
        raise InvalidInputError(
            str(vendor.venue_member),
            f"{vendor.venue_member} is {shown(venue)}; allowed are at most {MAX_VENUE} ASCII characters",
        )
    return venue.lower()
