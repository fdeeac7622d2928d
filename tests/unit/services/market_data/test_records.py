import json
from decimal import Decimal
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.invalid_input import InvalidInputError
from services.market_data.domain.lines import split_lines
from services.market_data.domain.records import Recognised, Source, UnrecognisedError, recognise
from services.market_data.domain.section import Progress, Section, SectionReader
from services.market_data.domain.tick import Tick, place_of, trade_sequence
from tests.unit.services.market_data.files import own, sample

LATEST = 1_795_255_200_000_000


def read(content: bytes, key: str = "in/own.csv") -> Section:
    return SectionReader(Source(key, LATEST), split_lines([content]), Progress()).read(1_000)


def reasons(section: Section) -> dict[int, str]:
    return {refusal.line: refusal.reason for refusal in section.refusals}


def trade(symbol: str, instant: int, venue: str, trade_id: str, *, price: str, size: str) -> Tick:
    return Tick(symbol, place_of(instant, trade_sequence(venue, trade_id)), Decimal(price), Decimal(size))


@pytest.mark.requirement("MD-4")
def test_binance_s_spot_trades_are_read_without_a_header():
    section = read(sample("BTCUSDT-trades-2026-11-20.csv"), "spot/BTCUSDT-trades-2026-11-20.csv.gz")
    assert len(section.ticks) == 5
    assert section.ticks[0] == trade(
        "BTCUSDT", 1_795_165_200_003_117, "binance", "4102881731", price="93120.01000000", size="0.00120000"
    )


@pytest.mark.requirement("MD-4")
def test_binance_s_futures_are_another_venue_with_a_header():
    content = b"id,price,qty,quote_qty,time,is_buyer_maker\n7,93120.1,0.5,46560.05,1795165200003,true\n"
    (tick,) = read(content, "BTCUSDT-trades-2026-11.csv").ticks
    assert tick == trade("BTCUSDT", 1_795_165_200_003_000, "binance-futures", "7", price="93120.1", size="0.5")


@pytest.mark.requirement("MD-4")
def test_kraken_s_time_and_sales_keep_the_order_of_their_lines():
    ticks = read(sample("XBTUSD.csv"), "XBTUSD.csv").ticks
    assert [tick.symbol for tick in ticks] == ["XBTUSD"] * 4
    assert ticks[0].instant == ticks[1].instant == 1_795_165_201_000_000
    assert [tick.place for tick in ticks] == sorted({tick.place for tick in ticks})
    assert ticks[2].instant == 1_795_165_348_799_800


@pytest.mark.requirement("MD-4")
def test_tardis_s_trades_name_their_venue():
    ticks = read(sample("deribit_trades_2026-11-20_BTC-PERPETUAL.csv")).ticks
    assert ticks[2] == trade(
        "BTC-PERPETUAL", 1_795_165_490_003_000, "deribit", "345679417", price="93101.5", size="0.0000001"
    )


@pytest.mark.requirement("MD-4")
def test_recorded_matches_of_coinbase_are_read_and_its_other_messages_reported():
    section = read(sample("coinbase-matches.jsonl"))
    assert [str(tick.price) for tick in section.ticks] == ["93119.99", "93120.00", "93111.42"]
    assert section.ticks[0].instant == 1_795_165_200_004_119
    assert list(reasons(section)) == [1]
    heartbeat = b'{"type":"heartbeat","product_id":"BTC-USD","time":"2026-11-20T09:00:00Z"}'
    assert reasons(read(heartbeat))[1] == "type is 'heartbeat'; trades are of type match, last_match"


@pytest.mark.requirement("MD-4", "ALL-14")
def test_one_trade_is_one_tick_in_whichever_vendor_s_file_it_comes():
    theirs = b"7,93120.10,0.50000000,46560.05,1795165200003117,True,True\n"
    ours = own("btcusdt,1795165200003117,93120.1,0.5,7")
    tardis = (
        b"exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
        b"binance,BTCUSDT,1795165200003117,1795165200009000,7,buy,93120.1,0.5\n"
    )
    (direct,), (resold,) = read(theirs, "BTCUSDT-trades-2026-11-20.csv").ticks, read(tardis).ticks
    assert direct == resold
    (unnamed,) = read(ours).ticks
    assert unnamed.place != direct.place


@pytest.mark.requirement("MD-4")
def test_the_generic_form_takes_its_columns_in_any_order_among_others():
    content = b'\xef\xbb\xbfSize,note,PRICE,Symbol, timestamp\r\n2,"a,b",1.5,brk.b,2026-11-20T14:30:00Z\r\n'
    (tick,) = read(content).ticks
    assert (tick.symbol, tick.price, tick.size) == ("BRK.B", Decimal("1.5"), Decimal(2))


@pytest.mark.requirement("MD-4")
@pytest.mark.parametrize(("timestamp", "microsecond"), [("1795165200", 0), ("1795165200.25", 250_000)])
def test_json_lines_in_the_generic_form(timestamp: str, microsecond: int):
    line = f'{{"symbol":"AAPL","timestamp":{timestamp},"price":1.10,"size":"3","trade_id":"x-1","venue":"XNAS"}}'
    (tick,) = read(line.encode()).ticks
    assert tick == trade("AAPL", 1_795_165_200_000_000 + microsecond, "xnas", "x-1", price="1.1", size="3")


@pytest.mark.requirement("ALL-15", "MD-4")
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A,1795165200,-1,1,1", "price is '-1'"),
        ("A,1795165200,NaN,1,1", "price is 'NaN'"),
        ("A,1795165200,1e99,1,1", "price is "),
        ("A,1795165200,,1,1", "price is missing"),
        ("A,1795165200,1,Infinity,1", "size is 'Infinity'"),
        ("\u00c4,1795165200,1,1,1", "symbol is '\u00c4'; allowed are 1 to 32 ASCII"),
        ("A,yesterday,1,1,1", "timestamp is 'yesterday'; allowed is an RFC 3339 time"),
        ("A,1795255201,1,1,1", "timestamp is '1795255201', over 300 s ahead of our clock"),
        ("A,1795165200,1,1", "the line has 4 columns; its file has 5"),
        ("A,1795165200,1,1,a b", "trade_id is 'a b'; allowed are 1 to 64 ASCII characters"),
        ('A,"1795165200,1,1,1', "the line is not CSV in UTF-8"),
    ],
)
def test_a_bad_line_is_reported_by_number_and_reason_and_stops_nothing(line: str, reason: str):
    section = read(own("A,1795165200,1,1,1", line, "", "A,1795165201,2,1,2"))
    assert [tick.price for tick in section.ticks] == [1, 2]
    assert list(reasons(section)) == [3]
    assert reason in reasons(section)[3]
    assert section.progress == Progress(
        section.progress.offset, 5, 2, 1, b"symbol,timestamp,price,size,trade_id", finished=True
    )


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"venue": "x" * 33, "trade_id": 1}, "venue is "),
        ({"venue": 7, "trade_id": 1}, "venue is '7'"),
        ({"trade_id": 1.5}, "trade_id is '1.5'"),
        ({"price": True}, "price is of type bool"),
        ({"symbol": None}, "symbol is 'None'"),
    ],
)
def test_a_bad_member_of_a_json_line_is_named(record: dict[str, object], reason: str):
    line = {"symbol": "A", "timestamp": 1795165200, "price": 1, "size": 1} | record
    assert reasons(read(json.dumps(line).encode()))[1].startswith(reason)


@pytest.mark.requirement("MD-4")
def test_what_is_no_text_or_too_long_is_one_bad_line():
    section = read(own("A,1795165200,1,1,1") + b"\xff\xfe\n" + b"x" * 20_000 + b"\nA,1795165201,2,1,2")
    assert reasons(section)[4] == "the line is longer than 16384 bytes"
    assert "not CSV in UTF-8" in reasons(section)[3]
    assert len(section.ticks) == 2


@pytest.mark.requirement("MD-4")
@pytest.mark.parametrize("content", [b"hello\nworld\n", b"PAR1\x15\x04\n", b'a,"b\n', b"bid,ask\n1,2\n", b"a,b,c\n"])
def test_an_object_of_an_unknown_format_is_refused_as_a_whole(content: bytes):
    section = read(content)
    assert section.ticks == []
    assert section.progress.finished
    assert reasons(section)[1].startswith("nothing of the object is ingested: ")


@pytest.mark.requirement("MD-4")
@pytest.mark.parametrize(
    ("content", "name", "vendor", "example"),
    [
        (sample("BTCUSDT-trades-2026-11-20.csv"), "trades.csv", "Binance trades", "BTCUSDT-trades-2026-11-20.csv"),
        (
            b"id,price,qty,quote_qty,time,is_buyer_maker\n7,93120.1,0.5,46560.05,1795165200003,true\n",
            "btcusdt-trades-2026-11.csv.gz",
            "Binance futures trades",
            "BTCUSDT-trades-2026-11-20.csv",
        ),
        (sample("XBTUSD.csv"), "xbtusd.csv", "Kraken time and sales", "XBTUSD.csv"),
        (sample("XBTUSD.csv"), "XBTUSD_2025Q1.csv", "Kraken time and sales", "XBTUSD.csv"),
        (sample("XBTUSD.csv"), f"{33 * 'X'}.csv", "Kraken time and sales", "XBTUSD.csv"),
        (sample("XBTUSD.csv"), ".X.csv", "Kraken time and sales", "XBTUSD.csv"),
    ],
)
def test_a_file_whose_name_ought_to_tell_a_symbol_and_does_not_is_refused_as_a_whole(
    content: bytes, name: str, vendor: str, example: str
):
    section = read(content, f"in/{name}")
    assert (section.ticks, section.progress.finished) == ([], True)
    assert reasons(section) == {
        1: f"nothing of the object is ingested: the first line is one of {vendor}, whose files tell the symbol by "
        f"their name, such as {example}; this one is named '{name}'"
    }


def test_an_unknown_format_says_which_are_known():
    with pytest.raises(UnrecognisedError, match=r"Binance trades.*Kraken time and sales.*Tardis trades"):
        recognise(b"bid,ask", Source("a.csv", LATEST))


def test_the_name_that_tells_a_symbol_has_neither_folders_nor_suffixes():
    for key in ("XBTUSD.csv", "a/b/XBTUSD.csv.gz", "XBTUSD.csv.gz"):
        assert Source(key, 0).name == "XBTUSD", PurePosixPath(key)


@pytest.mark.requirement("ALL-15")
@given(st.text(max_size=30), st.text(max_size=12), st.binary(max_size=40))
def test_no_line_whatever_raises_anything_but_a_refusal(price: str, trade_id: str, junk: bytes):
    recognised: Recognised = recognise(b"symbol,timestamp,price,size,trade_id", Source("a.csv", LATEST))
    for line in (f"A,1795165200,{price},1,{trade_id}".encode(errors="replace"), junk):
        try:
            tick = recognised.parse(line, 1)
        except InvalidInputError:
            continue
        assert 0 <= tick.price < 10**18
        assert tick.price.is_finite()
