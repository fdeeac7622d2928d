import io
from datetime import timedelta
from decimal import Decimal

import pytest

from services.coin_alerts.domain.retry import Random
from services.coin_alerts.endpoint import Answer, UnreachableError
from services.coin_alerts.exchange import Exchange, ExchangeFailedError
from tests.unit.services.coin_alerts.market import ticker
from tests.unit.services.fakes import FakeClock

OK = ticker({"BTC": "1"})
BUDGET = timedelta(seconds=20)


class Server:
    """Answers in turn; each answer takes `seconds`."""

    def __init__(self, *answers: Answer | Exception, seconds: float = 0.0, random: Random = lambda: 0.999) -> None:
        self.clock = FakeClock()
        self.answers = list(answers)
        self.seconds = seconds
        self.timeouts: list[float] = []
        self.waits: list[float] = []
        self.exchange = Exchange(self.fetch, self.clock, self.sleep, random)

    def fetch(self, timeout: float) -> Answer:
        self.timeouts.append(timeout)
        self.clock.advance(seconds=min(self.seconds, timeout))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.advance(seconds=seconds)

    def prices(self, budget: timedelta = BUDGET) -> dict[str, Decimal]:
        return dict(self.exchange.ticker(["BTC"], budget).prices)


@pytest.mark.requirement("CA-2")
@pytest.mark.parametrize(
    "failure",
    [
        Answer(500, b""),
        Answer(502, b"<html>"),
        Answer(408, b""),
        Answer(200, b"{}"),
        Answer(200, b""),
        UnreachableError("no whole answer in 8.0 s"),
    ],
)
def test_what_may_pass_is_asked_again_after_a_wait(failure: Answer | Exception):
    server = Server(failure, failure, OK)
    assert server.prices() == {"BTC": Decimal(1)}
    assert server.waits == pytest.approx([0.4995, 0.999])


@pytest.mark.requirement("CA-2")
@pytest.mark.parametrize("status", [301, 304, 204, 400, 401, 403, 404, 451])
def test_what_does_not_pass_is_not_asked_again(status: int):
    server = Server(Answer(status, b""), OK)
    with pytest.raises(ExchangeFailedError, match=f"the exchange answered {status}: (it|set)") as failure:
        server.prices()
    assert len(server.timeouts) == 1
    assert not failure.value.transient


@pytest.mark.requirement("CA-2")
def test_a_wait_that_the_exchange_asks_for_is_what_is_waited(log: io.StringIO):
    server = Server(Answer(429, b"", "5"), Answer(503, b"", "Sat, 21 Nov 2026 10:00:11 GMT"), Answer(429, b"", "0"), OK)
    assert server.prices() == {"BTC": Decimal(1)}
    assert server.waits == [5, 6, 0]
    assert log.getvalue().count("exchange is asked again") == 3


@pytest.mark.requirement("CA-2")
def test_a_wait_beyond_the_budget_is_told_and_not_waited():
    server = Server(Answer(429, b"", "20"))
    with pytest.raises(ExchangeFailedError, match=r"the exchange answered 429$") as failure:
        server.prices()
    assert failure.value.retry_after == timedelta(seconds=20)
    assert server.waits == []


@pytest.mark.requirement("CA-2")
@pytest.mark.parametrize("seconds", [0.0, 3.0, 7.99, 8.0, 100.0])
@pytest.mark.parametrize("answer", [Answer(500, b""), Answer(429, b"", "6"), UnreachableError("slow")])
def test_however_slow_it_is_the_budget_holds(seconds: float, answer: Answer | Exception):
    server = Server(answer, seconds=seconds)
    begun = server.clock()
    with pytest.raises(ExchangeFailedError):
        server.prices()
    assert server.clock() - begun <= BUDGET
    assert len(server.timeouts) <= 4
    assert all(0 < timeout <= 8 for timeout in server.timeouts)
