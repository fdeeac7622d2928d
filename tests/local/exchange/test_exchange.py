"""The exchange that the emulator serves beside AWS."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.emulator import start, stop
from local.exchange import CONTROL, TICKER
from local.paths import CHECKOUT


@dataclass(frozen=True)
class Said:
    status: int
    text: str
    retry_after: str | None

    @property
    def prices(self) -> dict[str, object]:
        return {entry["symbol"]: entry["price"] for entry in json.loads(self.text)}


@dataclass(frozen=True)
class Exchange:
    state: Path
    url: str

    def ask(self, path: str = TICKER, told: object = None) -> Said:
        body = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(self.url + path, body, method="PUT" if body else "GET")  # noqa: S310 - loopback
        try:
            answer = urllib.request.urlopen(request, timeout=10)  # noqa: S310 - loopback
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Said(answer.status, answer.read().decode(), answer.headers["Retry-After"])

    def told(self, **change: Any) -> Said:
        return self.ask(CONTROL, change)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "local.exchange", *arguments],
            cwd=CHECKOUT,
            env={"EVENT_SYSTEMS_STATE": str(self.state)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    state = tmp_path_factory.mktemp("state")
    try:
        yield Exchange(state, start(state / "emulator").url)
    finally:
        stop(state / "emulator")


@pytest.fixture
def exchange(running: Exchange) -> Iterator[Exchange]:
    yield running
    running.told()


@pytest.mark.requirement("CA-7")
def test_one_call_brings_the_prices_of_all_coins_in_digits(exchange: Exchange) -> None:
    said = exchange.ask()
    assert said.status == 200
    assert said.prices["BTCUSDT"] == "67187.33"
    assert len(said.prices) >= 5


def test_prices_change_come_and_go(exchange: Exchange) -> None:
    exchange.told(prices={"BTC": "70000.01", "NEW": "1", "ODD": [None]})
    assert exchange.ask().prices.items() >= {"BTCUSDT": "70000.01", "NEWUSDT": "1", "ODDUSDT": [None]}.items()
    exchange.told(prices={"NEW": None, "ODD": None})
    assert exchange.ask().prices.keys().isdisjoint({"NEWUSDT", "ODDUSDT"})


@pytest.mark.parametrize(("status", "retry_after"), [(429, "7"), (429, None), (418, "120"), (500, None)])
def test_it_fails_as_often_as_it_is_told(exchange: Exchange, status: int, retry_after: str | None) -> None:
    exchange.told(status=status, times=2, **({"retry_after": retry_after} if retry_after else {}))
    assert [(said.status, said.retry_after) for said in (exchange.ask(), exchange.ask())] == [(status, retry_after)] * 2
    assert exchange.ask().status == 200


def test_it_says_garbage_until_it_is_told_otherwise(exchange: Exchange) -> None:
    exchange.told(body="<html>")
    assert [exchange.ask().text for _ in range(3)] == ["<html>"] * 3
    exchange.told()
    assert exchange.ask().prices


def test_it_is_slow_without_slowing_aws(exchange: Exchange) -> None:
    exchange.told(delay_s=0.5)
    begun = time.monotonic()
    assert exchange.ask().status == 200
    assert time.monotonic() - begun >= 0.5


def test_it_counts_its_calls(exchange: Exchange) -> None:
    before = json.loads(exchange.ask(CONTROL).text)["calls"]
    exchange.ask()
    assert json.loads(exchange.told().text)["calls"] == before + 1


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"price": 1}, "'price' is unknown; allowed are prices, status, retry_after, delay_s, body, times"),
        ({"status": 99}, "status is 99; allowed is an HTTP status from 200 to 599"),
        ({"status": True}, "status is True; allowed is"),
        ({"delay_s": -1}, "delay_s is -1; allowed is a number of seconds from 0 to 300"),
        ({"times": 0}, "times is 0; allowed is a whole number from 1"),
        ({"retry_after": 7}, "retry_after is 7; allowed is a string"),
        ({"prices": {"btc": "1"}}, "prices is {'btc': '1'}; allowed is an object of prices by coin"),
        ([1], "the body is no JSON object"),
    ],
)
def test_what_it_does_not_know_is_refused_with_what_it_does(exchange: Exchange, told: object, message: str) -> None:
    said = exchange.ask(CONTROL, told)
    assert said.status == 400
    assert json.loads(said.text)["message"].startswith(message)
    assert exchange.ask().status == 200


def test_another_path_says_which_there_are(exchange: Exchange) -> None:
    said = exchange.ask("/_exchange/else")
    assert (said.status, json.loads(said.text)["message"]) == (404, f"there are GET {TICKER} and GET or PUT {CONTROL}")


def test_the_command_tells_it(exchange: Exchange) -> None:
    done = exchange.command("BTC=71000", "--status", "429", "--retry-after", "7", "--times", "1")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["prices"]["BTC"] == "71000"
    assert exchange.ask().retry_after == "7"
    assert exchange.ask().prices["BTCUSDT"] == "71000"


def test_the_command_says_what_is_wrong(exchange: Exchange, tmp_path: Path) -> None:
    refused = exchange.command("--status", "7")
    assert (refused.returncode, refused.stderr) == (1, "status is 7; allowed is an HTTP status from 200 to 599\n")
    assert "'BTC' is no COIN=PRICE" in exchange.command("BTC").stderr
    nowhere = Exchange(tmp_path, "").command("BTC=1")
    assert (nowhere.returncode, nowhere.stderr) == (
        1,
        "the exchange does not run; start it with the emulator: just local-up\n",
    )
