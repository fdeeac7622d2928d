"""Files and requests through the deployed market-data system, each call under its role's own rights."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from local.paths import CHECKOUT
from shared.denials import ACTIONS
from shared.model import Forbidden
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import Environment
from tests.measurements import Measure

FILES = CHECKOUT / "examples" / "market-data" / "files"
NOVEMBER_20 = {"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z", "window": "1d"}
# Cold starts on a machine that others use, too, and the schedule's turn for what its events could not compute.
PATIENCE = 240.0
# Two minutes where nothing else runs.
BULK_PATIENCE = 600.0
MIB = 1_048_576
BULK = "BULK"
MIDNIGHT = 1_795_132_800
DECIMALS = ("open", "high", "low", "close", "volume", "vwap")
# Its share is small, but every section of lines has some.
BAD_EVERY = 997
LINE_BYTES = 61
EVERYTHING = {"Effect": "Allow", "Action": ["s3:*", "dynamodb:*"], "Resource": "*"}


@dataclass(frozen=True)
class Market:
    """The bucket and the API of a deployed market-data system."""

    environment: Environment

    @property
    def bucket(self) -> str:
        return self.environment.named("market-data")

    @property
    def table(self) -> str:
        return self.environment.named("MarketDataState")

    def drop(self, key: str, content: bytes) -> str:
        """The id of the object's version."""
        return self.environment.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)["VersionId"]

    def send(self, folder: Path, *samples: dict[str, Any]) -> str:
        """What `just send` says to requests, each with what it is to be answered."""
        file = folder / "requests.jsonl"
        file.write_text("".join(json.dumps(sample) + "\n" for sample in samples))
        return self.environment.run("send", "market-data", str(file)).succeeded().said

    def aggregate(self, symbol: str) -> dict[str, Any] | None:
        """The symbol's aggregate of 20 November, asked of the function as the API asks it."""
        aggregates = self._page(symbol)["aggregates"]
        return aggregates[0] if aggregates else None

    def windows(self, symbol: str) -> list[dict[str, Any]]:
        """The symbol's aggregates of 20 November, each five minutes."""
        aggregates = self._page(symbol, window="5m")["aggregates"]
        return [one | {name: Decimal(one[name]) for name in DECIMALS} for one in aggregates]

    def reports(self, prefix: str) -> dict[str, list[dict[str, Any]]]:
        """The refusals in each report, by its key."""
        s3 = self.environment.client("s3")
        listed = s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])
        bodies = {one["Key"]: s3.get_object(Bucket=self.bucket, Key=one["Key"])["Body"].read() for one in listed}
        return {key: [json.loads(line) for line in body.splitlines()] for key, body in bodies.items()}

    def comes_to(self, symbol: str, count: int) -> dict[str, Any]:
        """The symbol's aggregate once it is of so many trades."""
        found = eventually(lambda: (of := self.aggregate(symbol)) and of["count"] == count and of)
        assert found, f"{symbol} comes to {self.aggregate(symbol)}, and not to {count} trades"
        return found

    def _page(self, symbol: str, **more: str) -> dict[str, Any]:
        body = json.dumps({"symbol": symbol, **NOVEMBER_20, **more})
        event = {"requestContext": {"requestId": "end-to-end"}, "headers": {}, "body": body}
        name = self.environment.named("DataAggregator")
        answer = self.environment.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        return json.loads(json.loads(answer["Payload"].read())["body"])


class Trade(NamedTuple):
    """A trade of a bulk file, `second` seconds after midnight."""

    second: int
    number: int
    price: Decimal
    size: Decimal

    @property
    def line(self) -> str:
        return f"{BULK},{MIDNIGHT + self.second},{self.price:f},{self.size:f},{100_000 + self.number}"


@dataclass(frozen=True)
class BulkFile:
    """A day's trades of one symbol and lines that are none, by number, with what plain arithmetic makes of them."""

    content: bytes
    lines: int
    bad: list[int]
    windows: list[dict[str, Any]]

    @classmethod
    def of(cls, size: int) -> "BulkFile":
        """About so many bytes, in the order of time but for neighbours, as venues write what they match at once."""
        lines, bad = ["symbol,timestamp,price,size,trade_id"], list[int]()
        trades: dict[int, list[Trade]] = {}
        last = size // LINE_BYTES
        for n in range(last):
            second = (n ^ 5) * 86_400 // (last + 8)
            trade = Trade(second, n, 93_000 + n % 977 + Decimal(n).scaleb(-12), Decimal(1 + n % 13).scaleb(-18))
            if n % BAD_EVERY == BAD_EVERY - 1:
                lines.append(trade.line.replace(f"{trade.price:f}", "NaN"))
                bad.append(len(lines))
            else:
                lines.append(trade.line)
                trades.setdefault(trade.second // 300 * 300, []).append(trade)
        content = "\n".join([*lines, ""]).encode()
        return cls(content, len(lines), bad, [window_of(start, trades[start]) for start in sorted(trades)])


def window_of(start: int, trades: list[Trade]) -> dict[str, Any]:
    """The aggregate of the trades of a window that starts so many seconds after midnight."""
    begin = datetime.fromtimestamp(MIDNIGHT + start, UTC)
    prices = [trade.price for trade in sorted(trades)]
    # More digits than any of these sums has.
    with localcontext(prec=100):
        volume = sum((trade.size for trade in trades), Decimal(0))
        vwap = sum(trade.price * trade.size for trade in trades) / volume
        return {
            "start": f"{begin:%Y-%m-%dT%H:%M:%S.%fZ}",
            "end": f"{begin + timedelta(minutes=5):%Y-%m-%dT%H:%M:%S.%fZ}",
            "open": prices[0],
            "high": max(prices),
            "low": min(prices),
            "close": prices[-1],
            "volume": volume,
            "count": len(trades),
            "vwap": vwap.quantize(Decimal(1).scaleb(-18)),
        }


def eventually(found: Callable[[], Any], within_s: float = PATIENCE) -> Any:
    """The first true answer, or the last one when patience is at its end."""
    end = time.monotonic() + within_s
    while not (answer := found()) and time.monotonic() < end:
        time.sleep(0.5)
    return answer


@pytest.fixture(scope="module")
def market(deployed: Deployed) -> Market:
    return Market(deployed.environment)


@pytest.mark.requirement("MD-4", "MD-6", "MD-7", "MD-8", "ALL-14", "ALL-15")
def test_vendors_files_become_exact_aggregates_and_their_bad_lines_a_report(market: Market) -> None:
    versions = {file.name: market.drop(f"in/{file.name}", file.read_bytes()) for file in sorted(FILES.iterdir())}
    counts = {"BTCUSDT": 5, "XBTUSD": 4, "BTC-PERPETUAL": 3, "BTC-USD": 3, "AAPL": 2, "BRK.B": 1}
    found = {symbol: market.comes_to(symbol, count) for symbol, count in counts.items()}
    assert found["AAPL"] == {
        "start": "2026-11-20T00:00:00.000000Z",
        "end": "2026-11-21T00:00:00.000000Z",
        "open": "271.12",
        "high": "271.125",
        "low": "271.12",
        "close": "271.125",
        "volume": "107",
        "count": 2,
        "vwap": "271.120327102803738318",
    }
    key = f"reports/in/own.csv/{versions['own.csv']}/{5:012}.report"
    report = market.environment.client("s3").get_object(Bucket=market.bucket, Key=key)["Body"].read()
    assert [json.loads(line)["line"] for line in report.splitlines()] == [5, 6]


@pytest.mark.requirement("MD-7", "ALL-14")
def test_a_file_that_comes_again_adds_nothing_and_a_late_one_corrects(market: Market) -> None:
    header = b"symbol,timestamp,price,size,trade_id\n"
    trades = b"LATE,2026-11-20T12:00:01Z,10,1,1\nLATE,2026-11-20T12:00:02Z,12,1,2\n"
    market.drop("in/first.csv", header + trades)
    assert market.comes_to("LATE", 2)["vwap"] == "11.000000000000000000"
    market.drop("in/again.csv", header + trades)
    market.drop("in/late.csv", header + b"LATE,2026-11-20T12:00:00Z,8,2,3\n")
    corrected = market.comes_to("LATE", 3)
    assert (corrected["open"], corrected["close"], corrected["volume"]) == ("8", "12", "4")


@pytest.mark.requirement("MD-4", "MD-6", "MD-7", "MD-8", "ALL-14", "ALL-15")
def test_of_a_file_of_five_megabytes_each_line_counts_once(market: Market, measure: Measure) -> None:
    file = BulkFile.of(5 * MIB)
    begun = time.monotonic()
    version = market.drop("in/bulk.csv", file.content)
    found = eventually(lambda: (said := market.windows(BULK)) == file.windows and said, BULK_PATIENCE)
    assert found, f"{sum(one['count'] for one in market.windows(BULK)):,} of {file.lines:,} lines are counted"
    measure(f"{file.lines:,} lines in {len(file.content):,} bytes, from bucket to aggregates", time.monotonic() - begun)
    reports = market.reports(f"reports/in/bulk.csv/{version}/")
    assert [refusal["line"] for report in reports.values() for refusal in report] == file.bad
    assert sum(window["count"] for window in file.windows) + len(file.bad) + 1 == file.lines


@pytest.mark.requirement("MD-4", "MD-7", "MD-11")
def test_requests_are_let_in_when_they_are_signed(market: Market, tmp_path: Path) -> None:
    tick = {"symbol": "POSTED", "timestamp": "2026-11-20T12:00:00Z", "price": "0.10", "size": 3, "trade_id": 1}
    said = market.send(
        tmp_path,
        {"path": "/ingest", "expect": 202, "body": {"ticks": [tick]}},
        {"path": "/ingest", "expect": 403, "signed": False, "body": {"ticks": [tick]}},
        {"path": "/aggregates", "expect": 403, "signed": False, "body": {"symbol": "POSTED", **NOVEMBER_20}},
        {"path": "/aggregates", "expect": 200, "body": {"symbol": "POSTED", **NOVEMBER_20}},
        {"path": "/aggregates", "expect": 400, "body": {"symbol": "POSTED"}},
    )
    assert "answers of market-data" in said
    assert market.comes_to("POSTED", 1)["open"] == "0.1"


@pytest.fixture(params=["DataIngestion", "DataProcessor", "DataAggregator"])
def allowed_everything(market: Market, request: pytest.FixtureRequest) -> Iterator[str]:
    """A function's role, with a statement that allows it all of S3 and DynamoDB."""
    iam, role = market.environment.client("iam"), market.environment.named(request.param)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [EVERYTHING]})
    iam.put_role_policy(RoleName=role, PolicyName="everything", PolicyDocument=policy)
    yield request.param
    iam.delete_role_policy(RoleName=role, PolicyName="everything")


@pytest.mark.requirement("MD-8")
def test_what_a_role_is_denied_fails_although_another_statement_allows_it(
    market: Market, allowed_everything: str
) -> None:
    s3, dynamodb = (market.environment.client(service, role=allowed_everything) for service in ("s3", "dynamodb"))
    # The statement is in force: of these, DataIngestion's own grants allow the last alone, and the others' none.
    assert dynamodb.describe_table(TableName=market.table)["Table"]["TableName"] == market.table
    assert s3.get_bucket_policy(Bucket=market.bucket)["Policy"]
    s3.put_object(Bucket=market.bucket, Key="reports/a", Body=b"")
    denied: dict[str, Callable[[], Any]] = {
        "dynamodb:DeleteTable": lambda: dynamodb.delete_table(TableName=market.table),
        "s3:DeleteBucket": lambda: s3.delete_bucket(Bucket=market.bucket),
        "s3:DeleteBucketPolicy": lambda: s3.delete_bucket_policy(Bucket=market.bucket),
        "s3:PutBucketPolicy": lambda: s3.put_bucket_policy(Bucket=market.bucket, Policy='{"Statement":[]}'),
        "s3:PutBucketPublicAccessBlock": lambda: s3.put_public_access_block(
            Bucket=market.bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": False}
        ),
        "s3:PutBucketVersioning": lambda: s3.put_bucket_versioning(
            Bucket=market.bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
        "s3:PutEncryptionConfiguration": lambda: s3.put_bucket_encryption(
            Bucket=market.bucket, ServerSideEncryptionConfiguration={"Rules": [{"BucketKeyEnabled": False}]}
        ),
        "s3:PutLifecycleConfiguration": lambda: s3.put_bucket_lifecycle_configuration(
            Bucket=market.bucket, LifecycleConfiguration={"Rules": [{"Status": "Disabled", "Prefix": ""}]}
        ),
        "s3:DeleteObject": lambda: s3.delete_object(Bucket=market.bucket, Key="in/own.csv"),
        "s3:DeleteObjectVersion": lambda: s3.delete_object(Bucket=market.bucket, Key="in/own.csv", VersionId="one"),
        "s3:PutObject": lambda: s3.put_object(Bucket=market.bucket, Key="in/a", Body=b""),
    }
    # All calls over loopback count as TLS here, so that nothing can leave it.
    assert denied.keys() == {one for act, of in ACTIONS.items() if act is not Forbidden.LEAVES_TLS for one in of}
    for action, call in denied.items():
        with pytest.raises(ClientError, match=f"not authorized to perform: {action} with an explicit deny"):
            call()
