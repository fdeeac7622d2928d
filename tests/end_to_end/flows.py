"""The systems as what goes into each of them, one thing at a time, and what has come of it at its other end."""

import json
from itertools import cycle
from typing import Protocol

from tests.end_to_end.coin_alerts import CoinAlerts, alert, new_coin, new_user
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import Environment
from tests.end_to_end.inbox import QUEUES
from tests.end_to_end.payment_provider import webhook
from tests.end_to_end.price_alerts import GENERIC, PriceAlerts, new_symbol
from tests.end_to_end.price_enrichment import PriceEnrichment, prices


class Flow(Protocol):
    """One system at work."""

    def offer(self, number: int) -> bool:
        """Puts a thing in, the same for the same number; whether it was accepted. May raise for one that was not."""
        ...

    def done(self) -> set[int]:
        """The numbers whose effect is there."""
        ...


class Transactions:
    """Webhooks, until they are in the queues of three teams."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        self._kinds = cycle(QUEUES)
        self._bodies: dict[int, dict[str, object]] = {}

    def offer(self, number: int) -> bool:
        if number not in self._bodies:
            self._bodies[number] = webhook(transaction_type=next(self._kinds))
        return self._deployed.provider.post(self._bodies[number]).status in (200, 202)

    def done(self) -> set[int]:
        self._deployed.inbox.take()
        numbers = {body["event_id"]: number for number, body in self._bodies.items()}
        return {numbers[message.event_id] for message in self._deployed.inbox.of(numbers)}


class Alerts:
    """Prices that fire a rule each, until the subscriber has the alert."""

    def __init__(self, system: PriceAlerts) -> None:
        self._system = system
        self._symbols: dict[int, str] = {}

    def offer(self, number: int) -> bool:
        if number not in self._symbols:
            symbol = new_symbol()
            self._system.rules.add("traffic", symbol, "above", "1")
            self._symbols[number] = symbol
        body = {"exchange": GENERIC, "symbol": self._symbols[number], "price": "2"}
        return self._system.exchange().post(body).status == 202

    def done(self) -> set[int]:
        self._system.subscriber.take()
        numbers = {symbol: number for number, symbol in self._symbols.items()}
        told = (alert.body["symbol"] for alert in self._system.subscriber.received)
        return {numbers[symbol] for symbol in told if symbol in numbers}


class Coins:
    """Users' alerts on a coin that has reached them, until the subscriber has them."""

    def __init__(self, system: CoinAlerts) -> None:
        self._system = system
        self._user, self._coin = new_user(), new_coin()

    def offer(self, number: int) -> bool:
        self._system.write(self._user, {str(number): alert(self._coin, "above", "1")})
        return True

    def done(self) -> set[int]:
        # What was written while no mapping read the stream is judged when it is touched.
        self._system.environment.run("touch-alerts", self._coin).succeeded()
        self._system.exchange(prices={self._coin: "2"})
        self._system.check()
        self._system.subscriber.settle()
        return {int(told.body["alert_id"]) for told in self._system.of(self._user)}


class Enrichment:
    """Prices, until each is stored with its metrics."""

    def __init__(self, system: PriceEnrichment) -> None:
        self._system = system
        self._prices: dict[int, dict[str, str]] = {}

    def offer(self, number: int) -> bool:
        if number not in self._prices:
            (self._prices[number],) = prices(new_symbol(), 1)
        return self._system.post(self._prices[number]).status == 202

    def done(self) -> set[int]:
        return {
            number
            for number, price in self._prices.items()
            if any("window_size" in item for item in self._system.items(price["symbol"]))
        }


class Market:
    """Files of one trade each, until it is in its symbol's aggregate."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._s3, self._lambda = environment.client("s3"), environment.client("lambda")
        self._symbols: dict[int, str] = {}

    def offer(self, number: int) -> bool:
        symbol = self._symbols.setdefault(number, new_symbol().removesuffix("-USD"))
        content = f"symbol,timestamp,price,size,trade_id\n{symbol},1795190400,100,1,{symbol}\n"
        bucket = self._environment.named("market-data")
        self._s3.put_object(Bucket=bucket, Key=f"traffic/{symbol}.csv", Body=content.encode())
        return True

    def done(self) -> set[int]:
        return {number for number, symbol in self._symbols.items() if self._trades(symbol) == 1}

    def _trades(self, symbol: str) -> int:
        day = {"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z", "window": "1d"}
        body = json.dumps({"symbol": symbol, **day})
        event = {"requestContext": {"requestId": "end-to-end"}, "headers": {}, "body": body}
        name = self._environment.named("DataAggregator")
        answer = self._lambda.invoke(FunctionName=name, Payload=json.dumps(event))
        return sum(one["count"] for one in json.loads(json.loads(answer["Payload"].read())["body"])["aggregates"])
