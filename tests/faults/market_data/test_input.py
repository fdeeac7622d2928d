"""Bodies, headers, texts and numbers that nobody should send, and how far those go that somebody may."""

import base64
import json

import pytest

from tests.faults.market_data.market import HOUR, Market, tick
from tests.faults.scenarios.market_data import HEADER
from tests.faults.scenarios.proxy_event import proxy_event

pytestmark = pytest.mark.fault_system("market-data")


@pytest.mark.fault_case(19)
@pytest.mark.parametrize("size", [2**20 - 1, 2**20 + 1, 7 * 2**20, 11 * 2**20])
def test_a_large_body_is_taken_for_its_ticks_or_refused_by_field(market: Market, size: int) -> None:
    short = json.dumps({"ticks": [tick(note="")]}).encode()
    filling = "x" * (size - len(short))
    assert market.ask({"ticks": [tick(note=filling)]})[0] == 202
    assert all(len(message["Body"]) < 300 for message in market.queued())
    status, answer = market.ask({"ticks": [tick(trade_id=filling)]})
    assert (status, answer["field"]) == (400, "ticks[0].trade_id")
    assert len(answer["message"]) < 300
    assert market.queued() == []


@pytest.mark.fault_case(19)
def test_as_many_ticks_as_a_request_may_have_fit_a_message_however_long_they_are(market: Market) -> None:
    ticks = [
        tick(symbol="A" * 32, price="9" * 18 + "." + "9" * 18, size="9" * 18 + "." + "9" * 18, trade_id=f"{number:064}")
        for number in range(500)
    ]
    market.post(*ticks)
    assert market.trades() == 500
    assert [window["count"] for window in market.windows("A" * 32)] == [500]


@pytest.mark.fault_case(19, 20, 22, 23)
def test_lines_that_are_no_trades_are_reported_and_the_others_counted(market: Market) -> None:
    bad = [
        b"AAPL,2026-11-21T09:00:01Z,1,1,1",
        b"AAPL,2026-11-21T09:00:01Z,NaN,1,1,",
        b"AAPL,2026-11-21T09:00:01Z,1e400,1,1,",
        b"AAPL,2026-11-21T09:00:01Z,-0,1,1,",
        b"AAPL,2026-11-21T09:00:01Z,1_000,1,1,",
        "AAPL,2026-11-21T09:00:01Z,\u0661,1,1,".encode(),
        b"AAPL,2026-11-21T09:00:01Z," + b"9" * 39 + b",1,1,",
        b"AAPL,2026-11-21T09:00:01Z," + b"9" * 5_000 + b",1,1,",
        "A\u0308APL,2026-11-21T09:00:01Z,1,1,1,".encode(),
        "\U0001f600,2026-11-21T09:00:01Z,1,1,1,".encode(),
        b"AA\0PL,2026-11-21T09:00:01Z,1,1,1,",
        b"AA\xed\xa0\x80PL,2026-11-21T09:00:01Z,1,1,1,",
        b"AAPL,2026-11-21T09:00:01,1,1,1,",
    ]
    # Nothing is wrong with it but its length.
    long = b"AAPL,2026-11-21T09:00:01Z,1,1,1,," + b"n" * 2**20
    good = [b"AAPL,2026-11-21T09:00:02Z,10,1,2,", b"AAPL,1795251603,10,1,3,"]
    # With a byte order mark, as spreadsheets write it.
    header = b"\xef\xbb\xbf" + HEADER.strip().encode() + b",note"
    market.upload(b"\n".join([header, good[0] + b",", *[line + b"," for line in bad], long, good[1] + b","]))
    assert market.refused_lines() == list(range(3, 4 + len(bad)))
    assert [window["count"] for window in market.windows()] == [2]


@pytest.mark.fault_case(20)
@pytest.mark.parametrize("path", ["/ingest", "/aggregates"])
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"7", b'"text"', b"\xef\xbb\xbf{}", b"\xff\xfe", b'{"key":"\\ud800"}', b"\0",
        b'{"key":' + b"[" * 10_000 + b"]" * 10_000 + b"}", b'{"key":' + b"[" * 33 + b"]" * 33 + b"}",
    ],
)  # fmt: skip
def test_a_body_that_is_no_object_is_a_400(market: Market, path: str, body: bytes) -> None:
    status, answer = market.ask(body, path)
    assert (status, answer["field"]) == (400, "body")
    assert market.queued() == []


@pytest.mark.fault_case(20)
def test_of_a_key_that_is_repeated_the_last_one_counts(market: Market) -> None:
    body = json.dumps({"ticks": [tick()]})[:-3].encode() + b', "price": "12"}]}'
    assert market.ask(body)[0] == 202
    market.lab.settle()
    assert [window["open"] for window in market.windows()] == ["12"]


@pytest.mark.fault_case(20, 22, 23, 27)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("price", text) for text in ("NaN", "-Infinity", "1e400", "-0", "-1", "1_000", "\u0661\u0662", "", " 1")],
        *[("size", number) for number in (True, [], {}, -1, 10**18, 10**38)],
        ("price", "9" * 5_000),
        *[("symbol", text) for text in ("", "A" * 33, "\u00c5PL", "A\u030aPL", "\U0001f600", "A\0", "#active", 7)],
        *[("venue", text) for text in ("\u00fc", "v" * 33, 7)],
        *[("trade_id", text) for text in ("", None, "\u0661", "a b", "x" * 65, 1.5, [])],
        *[("timestamp", text) for text in (
            "2026-11-21T09:00:01", "2026-11-21", 17_952_516, 179525160100, -1, True, None, "2026-02-30T09:00:00Z",
            "1969-12-31T23:59:59Z", "2026-11-21T10:05:01Z", 1795255501, 1795255501000)],
    ],
)  # fmt: skip
def test_a_tick_that_is_none_is_a_400_that_names_its_field(market: Market, field: str, value: object) -> None:
    status, answer = market.ask({"ticks": [tick(1), tick(2, **{field: value})]})
    assert (status, answer["field"]) == (400, f"ticks[1].{field}")
    assert len(answer["message"]) < 300
    assert market.queued() == []


@pytest.mark.fault_case(23)
@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400", "-1", "true", "9" * 38, "9" * 5_000, "1e-19"])
def test_a_json_number_that_is_no_price_is_a_400(market: Market, number: str) -> None:
    status, answer = market.ask(json.dumps({"ticks": [tick(price="PRICE")]}).replace('"PRICE"', number).encode())
    assert (status, answer["field"]) in [(400, "ticks[0].price"), (400, "body")]
    assert market.queued() == []


@pytest.mark.fault_case(20, 23, 27)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("symbol", "\u0410"), ("symbol", None), ("from", 1795251600), ("from", "2026-11-21T09:00:00"), ("to", "now"),
        ("to", HOUR["from"]), ("window", "7m"), ("limit", 0), ("limit", True), ("limit", 10**40), ("limit", 1.5),
        ("token", "\u0661"), ("token", 7), ("token", "2026-11-21T09:00:01Z"),
    ],
)  # fmt: skip
def test_a_request_for_aggregates_that_is_none_is_a_400_that_names_its_field(
    market: Market, field: str, value: object
) -> None:
    status, answer = market.ask({"symbol": "AAPL", **HOUR, field: value}, "/aggregates")
    assert (status, answer["field"]) == (400, field)


@pytest.mark.fault_case(21)
def test_requests_are_read_however_they_are_wrapped(market: Market) -> None:
    body = json.dumps({"ticks": [tick()]}).encode()
    plain = proxy_event("POST", "/ingest", body, {"x-CORRELATION-id": "c-1"}, market.lab.clock.now())
    packed = plain | {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    bare = plain | {"headers": None, "multiValueHeaders": None}
    answers = [market.lab.call("DataIngestion", event).answer for event in (plain, packed, bare)]
    assert [answer["statusCode"] for answer in answers] == [202, 202, 202]
    assert [json.loads(answer["body"])["correlation_id"] for answer in answers[:2]] == ["c-1", "c-1"]
    assert len({message["Body"] for message in market.queued()}) == 1
    for broken in (packed | {"body": "%%%"}, plain | {"body": None}):
        answer = market.lab.call("DataIngestion", broken).answer
        assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (400, "body")


@pytest.mark.fault_case(22)
@pytest.mark.parametrize("key", ["in/\u00e9t\u00e9.csv", "in/e\u0301te\u0301.csv", "in/\U0001f600 + %2B.csv"])
def test_an_object_is_found_whatever_its_name_is_written_with(market: Market, key: str) -> None:
    market.upload(HEADER.encode() + b"AAPL,2026-11-21T09:00:02Z,10,1,2,\n", key)
    assert [window["count"] for window in market.windows()] == [1]
    assert market.ask({"key": key})[1]["finished"]
