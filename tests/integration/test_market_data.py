"""The market-data system as vendors and readers meet it, wherever it is deployed."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from operations.pulumi_command import PulumiCommand
from operations.target import target_of
from operations.webhooks import Answer, Sample, sender_of
from services.common.timestamp import utc_text
from shared.systems import load_systems
from tests.integration.conftest import ENVIRONMENT

PATIENCE = 120.0
ACCEPTED, FORBIDDEN, DONE = 202, 403, 200
HEADER = "symbol,timestamp,price,size,trade_id\n"


class Vendor:
    """Sends trades of a symbol of its own, as requests and as files, and asks for their aggregates."""

    def __init__(self, pulumi: PulumiCommand) -> None:
        (system,) = load_systems(["market-data"])
        self._sender = sender_of(pulumi, system)
        self._s3 = pulumi.target.client("s3")
        self._bucket = pulumi.outputs("data")["market_data_bucket_name"]
        self._dropped: list[str] = []
        self.symbol = f"T{uuid.uuid4().hex[:10].upper()}"
        # The beginning of a window that ended some time ago.
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        self.window = now - timedelta(minutes=now.minute % 5 + 30)

    def post(self, path: str, body: dict[str, Any], *, signed: bool = True) -> Answer:
        return self._sender.post(Sample(body=msgspec.Raw(json.dumps(body).encode()), path=path, signed=signed))

    def tick(self, second: int, price: str, trade: str) -> dict[str, Any]:
        at = utc_text(self.window + timedelta(seconds=second))
        return {"symbol": self.symbol, "timestamp": at, "price": price, "size": "1", "trade_id": trade, "venue": "test"}

    def drop(self, *ticks: dict[str, Any]) -> None:
        """A file of the generic form, and a line in it that is no trade."""
        names = HEADER.strip().split(",")
        lines = "".join(",".join(tick[name] for name in names) + "\n" for tick in ticks)
        key = f"integration/{uuid.uuid4()}.csv"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=(HEADER + lines + "no,trade\n").encode())
        self._dropped.append(key)

    def aggregated(self, count: int) -> dict[str, Any]:
        """The window's aggregate once it is of so many trades."""
        (window,) = self.windows(1, lambda found: bool(found) and found[0]["count"] == count)
        return window

    def windows(self, number: int, complete: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The aggregates of so many windows, once they are complete."""
        end = time.monotonic() + PATIENCE
        while not complete(found := self.page(number)["aggregates"]):
            assert time.monotonic() < end, f"of {number} windows there is {found}"
            time.sleep(0.5)
        return found

    def page(self, windows: int = 1, **more: Any) -> dict[str, Any]:
        """What a request for so many windows answers."""
        end = self.window + timedelta(minutes=5 * windows)
        asked = {"symbol": self.symbol, "from": utc_text(self.window), "to": utc_text(end), "window": "5m"}
        answer = self.post("/aggregates", {**asked, **more})
        assert answer.status == DONE, answer.body
        return json.loads(answer.body)

    def forget(self) -> None:
        for key in self._dropped:
            self._s3.delete_object(Bucket=self._bucket, Key=key)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    found = Vendor(PulumiCommand(target_of(ENVIRONMENT)))
    yield found
    found.forget()


@pytest.mark.requirement("MD-4", "MD-6", "MD-7", "ALL-14", "ALL-15")
def test_trades_from_requests_and_files_are_one_window_whatever_comes_twice_or_late(vendor: Vendor) -> None:
    first, last = vendor.tick(10, "100.10", "1"), vendor.tick(20, "100.30", "2")
    for _ in range(2):
        assert vendor.post("/ingest", {"ticks": [last, first]}).status == ACCEPTED
    window = vendor.aggregated(2)
    assert (window["open"], window["close"]) == ("100.1", "100.3")
    vendor.drop(vendor.tick(5, "99.99", "0"))
    corrected = vendor.aggregated(3)
    assert (corrected["open"], corrected["low"], corrected["volume"]) == ("99.99", "99.99", "3")


@pytest.mark.requirement("MD-7")
def test_windows_come_page_by_page_by_the_token_of_the_page_before(vendor: Vendor) -> None:
    ticks = [vendor.tick(second, "1", trade) for second, trade in ((10, "1"), (310, "2"), (610, "3"))]
    assert vendor.post("/ingest", {"ticks": ticks}).status == ACCEPTED
    whole = vendor.windows(3, lambda found: len(found) == len(ticks))
    pages = [vendor.page(3, limit=1)]
    while token := pages[-1].get("next_token"):
        pages.append(vendor.page(3, limit=1, token=token))
    assert [page["aggregates"] for page in pages] == [[window] for window in whole]


@pytest.mark.requirement("MD-11")
def test_a_call_that_nobody_signed_is_refused(vendor: Vendor) -> None:
    assert vendor.post("/ingest", {"ticks": [vendor.tick(1, "1", "1")]}, signed=False).status == FORBIDDEN
    assert vendor.post("/aggregates", {"symbol": vendor.symbol}, signed=False).status == FORBIDDEN
