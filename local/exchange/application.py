"""The exchange as an ASGI application: the ticker that is polled, and a path that says how it is to answer.

GET /_exchange/api/v3/ticker/price    [{"symbol": "BTCUSDT", "price": "67187.33"}, ...]
GET /_exchange/control                its prices, what is wrong with it, how often the ticker was asked for
PUT /_exchange/control                {"prices": {"BTC": "70000"}, "status": 429, "retry_after": "7", "times": 2}
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from local.exchange.behaviour import PRICES, Behaviour, BehaviourError

PATH = "/_exchange"
TICKER = f"{PATH}/api/v3/ticker/price"
CONTROL = f"{PATH}/control"
QUOTE = "USDT"

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class Exchange:
    """Answers for the paths of the exchange."""

    def __init__(self) -> None:
        self._behaviour = Behaviour(PRICES)
        self._calls = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        match scope["method"], scope["path"]:
            case "GET", path if path == TICKER:
                await self._ticker(send)
            case "GET", path if path == CONTROL:
                await _answer(send, 200, json.dumps(self._state()))
            case "PUT", path if path == CONTROL:
                await self._control(await _body(receive), send)
            case _:
                await _answer(send, 404, json.dumps({"message": f"there are GET {TICKER} and GET or PUT {CONTROL}"}))

    async def _ticker(self, send: Send) -> None:
        behaviour = self._behaviour
        self._calls += 1
        self._behaviour = behaviour.after_an_answer()
        fault = behaviour.fault
        await asyncio.sleep(fault.delay_s)
        prices = [{"symbol": f"{coin}{QUOTE}", "price": price} for coin, price in behaviour.prices.items()]
        headers = {} if fault.retry_after is None else {"retry-after": fault.retry_after}
        await _answer(send, fault.status, json.dumps(prices) if fault.body is None else fault.body, headers)

    async def _control(self, body: bytes, send: Send) -> None:
        try:
            change = json.loads(body)
            if not isinstance(change, dict):
                raise BehaviourError("the body is no JSON object")
            self._behaviour = self._behaviour.told(change)
        except ValueError as error:
            await _answer(send, 400, json.dumps({"message": str(error)}))
            return
        await _answer(send, 200, json.dumps(self._state()))

    def _state(self) -> dict[str, Any]:
        fault = vars(self._behaviour.fault)
        return {"prices": self._behaviour.prices, "fault": fault, "calls": self._calls}


def beside(application: Application) -> Application:
    """The application, with the exchange at its path."""
    exchange = Exchange()

    async def either(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and scope["path"].startswith(f"{PATH}/")
        await (exchange if ours else application)(scope, receive, send)

    return either


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _answer(send: Send, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
    body = text.encode()
    given = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    encoded = [(name.encode(), value.encode("latin-1", "replace")) for name, value in given.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
