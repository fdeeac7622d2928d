"""Users' alerts on coins, until each that a polled price triggers is on the topic."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from services.coin_alerts.domain.terms import TERMS
from services.coin_alerts.system import crypto_alerts, price_alerts, price_watch, system
from services.common.timestamp import utc_text
from tests.faults.laboratory.account import NAMING
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.laboratory.virtual_clock import START
from tests.faults.scenarios.scenario import Message, Outcome
from tests.faults.scenarios.stand_in_exchange import ENDPOINT, StandInExchange, http_answer

PROCESSOR = "alert-processor"

Item = Mapping[str, Any]

ALERTS: Mapping[str, Item] = {
    "ada/risen": {"coinSymbol": {"S": "BTC"}, "threshold": {"N": "70000"}, "condition": {"S": "above"}},
    "ben/fallen": {"coinSymbol": {"S": "eth"}, "threshold": {"S": "2000.10"}, "condition": {"S": "below"}},
    "cy/never-met": {"coinSymbol": {"S": "BTC"}, "threshold": {"N": "1"}, "condition": {"S": "below"}},
    "di/malformed": {"coinSymbol": {"S": "BTC"}, "threshold": {"S": "a lot"}, "condition": {"S": "above"}},
}
# Triggered long ago, with the stream's record of it lost: only a touch brings it back.
LOST: Item = {
    "coinSymbol": {"S": "SOL"},
    "threshold": {"N": "100"},
    "condition": {"S": "below"},
    "revision": {"S": "revision-of-the-lost"},
    "armed_threshold": {"N": "100"},
    "armed_at": {"S": utc_text(START - timedelta(days=1))},
    "triggered_for": {"S": "SOL#below"},
    "triggered_price": {"N": "99.5"},
    "triggered_at": {"S": utc_text(START - timedelta(minutes=6))},
    "correlation_id": {"S": "pass"},
    "unnotified": {"S": "7"},
    "touch_after": {"S": utc_text(START - timedelta(minutes=1))},
}
# As somebody else wrote it: no notification can be made of it.
FORGED: Item = {**LOST, "triggered_price": {"S": "much"}, "unnotified": {"S": "a"}}
# Armed by a price that does not come, for a coin whose registration is to be renewed.
WAITING: Item = {
    "coinSymbol": {"S": "ADA"},
    "threshold": {"N": "5"},
    "condition": {"S": "above"},
    "revision": {"S": "revision-of-the-waiting"},
    "armed_for": {"S": "ADA#above"},
    "armed_threshold": {"N": "5"},
    "armed_at": {"S": utc_text(START - timedelta(days=1))},
}


class CoinAlerts:
    """Four alerts are written, of which two are met, at an exchange that fails in the first pass."""

    system = system
    secrets: Mapping[str, str] = {"exchange-endpoint": ENDPOINT}
    inputs: Sequence[str] = tuple(ALERTS)
    # A pass comes each minute, and touches what has waited five for its notification.
    heals_within = timedelta(minutes=6)

    exchange: StandInExchange

    def many(self, count: int) -> Sequence[str]:
        return [f"user-{number}/many" for number in range(count)]

    def disordered(self, names: list[str], random: Random) -> list[str]:
        """Users know nothing of each other."""
        return random.sample(names, len(names))

    def prepare(self, laboratory: Laboratory) -> None:
        self.exchange = StandInExchange(laboratory.clock, BTC="70000.10", ETH="1999.9", ADA="0.4")
        self.exchange.first += [http_answer(503, retry_after="1")] * 4
        laboratory.surround(self.exchange.reached_by_all())
        for name, item in {"ed/lost": LOST, "flo/forged": FORGED, "gus/waiting": WAITING}.items():
            self.write(laboratory, name, {term: item[term] for term in TERMS})
            self.write(laboratory, name, item)
        for coin in ("ADA", "DOGE"):
            registered = {"registered_at": {"S": utc_text(START - timedelta(hours=2))}}
            key = {"exchange": {"S": "default"}, "entry": {"S": f"coin#{coin}"}}
            laboratory.account.dynamodb.put_item(TableName=NAMING.name(price_watch), Item=key | registered)
        laboratory.streams[PROCESSOR].recreate_at_latest()

    def offer(self, laboratory: Laboratory, name: str) -> bool:
        # Put again, it would be a new alert.
        if not self.alert(laboratory, name):
            self.write(laboratory, name, ALERTS.get(name) or _numbered(name))
        return True

    def write(self, laboratory: Laboratory, name: str, item: Item) -> None:
        """Puts an alert, told as `user/alert`, as its user's app does."""
        laboratory.account.dynamodb.put_item(TableName=NAMING.name(crypto_alerts), Item=_key(name) | item)

    def alter(self, laboratory: Laboratory, name: str, **terms: Mapping[str, str]) -> None:
        """Gives an alert other terms."""
        laboratory.account.dynamodb.update_item(
            TableName=NAMING.name(crypto_alerts),
            Key=_key(name),
            AttributeUpdates={term: {"Value": value, "Action": "PUT"} for term, value in terms.items()},
        )

    def remove(self, laboratory: Laboratory, name: str) -> None:
        laboratory.account.dynamodb.delete_item(TableName=NAMING.name(crypto_alerts), Key=_key(name))

    def alert(self, laboratory: Laboratory, name: str) -> dict[str, Any]:
        """The alert as it stands; empty where there is none."""
        answer = laboratory.account.dynamodb.get_item(TableName=NAMING.name(crypto_alerts), Key=_key(name))
        return answer.get("Item", {})

    def outcome(self, laboratory: Laboratory) -> Outcome:
        alerts = laboratory.account.items(crypto_alerts)
        state: dict[str, object] = {_name(item): _lasting(item) for item in alerts}
        # One that was never written is one that was written as closed.
        state["circuit"] = {"failures": {"N": "0"}, "open_until": {"NULL": True}}
        armed = {str(item["armed_for"]["S"]).partition("#")[0] for item in alerts if "armed_for" in item}
        for item in laboratory.account.items(price_watch):
            entry = item["entry"]["S"]
            if entry == "circuit":
                state[entry] = {name: item[name] for name in ("failures", "open_until")}
            # Nobody cares how long a coin is watched that no alert waits for, as long as it ends.
            elif entry.removeprefix("coin#") in armed or item["registered_at"]["S"] < utc_text(START):
                state[entry] = "watched"
        # An arming has an id that is another in every run: what matters is how many different ones an alert had.
        armings: defaultdict[str, list[str]] = defaultdict(list)
        messages: dict[str, object] = {}
        copies: Counter[str] = Counter()
        for message in laboratory.messages(price_alerts):
            content = json.loads(message["Body"])
            name = f"{content['user_id']}/{content['alert_id']}"
            message_id = message["MessageAttributes"]["message_id"]["StringValue"]
            assert content["message_id"] == message_id
            if message_id not in armings[name]:
                armings[name].append(message_id)
            ordinal = f"{name} {armings[name].index(message_id) + 1}"
            messages[ordinal] = {n: v for n, v in content.items() if n not in ("message_id", *DIFFERENT_EACH_RUN)}
            copies[ordinal] += 1
        return Outcome(state, messages, copies)

    def redrive(self, laboratory: Laboratory, letters: Mapping[str, Sequence[Message]]) -> None:
        """What was never judged is touched; a failed pass has its successor."""
        assert set(letters) <= {"alert-processor-stream-dlq", "price-checker-failures"}
        self.touch(laboratory)
        laboratory.let_pass(minutes=6)

    def touch(self, laboratory: Laboratory) -> None:
        """Brings what was never judged into the stream, as `just touch-alerts` does."""
        for item in laboratory.account.items(crypto_alerts):
            if "revision" not in item:
                self.alter(laboratory, _name(item), touched_at={"S": utc_text(laboratory.clock.now())})


DIFFERENT_EACH_RUN = ("correlation_id", "triggered_at")


def _numbered(name: str) -> Item:
    number = int(name.partition("/")[0].removeprefix("user-"))
    coin, condition = ("BTC", "above") if number % 2 else ("ETH", "below")
    return {"coinSymbol": {"S": coin}, "threshold": {"N": f"{69_000 - number}.5"}, "condition": {"S": condition}}


def _key(name: str) -> dict[str, Any]:
    user, alert = name.split("/")
    return {"userId": {"S": user}, "alertId": {"S": alert}}


def _name(item: Item) -> str:
    return f"{item['userId']['S']}/{item['alertId']['S']}"


def _lasting(item: Item) -> dict[str, object]:
    names = ("coinSymbol", "threshold", "condition", "armed_for", "armed_threshold", "triggered_for", "refused")
    lasting: dict[str, object] = {name: item.get(name) for name in (*names, "triggered_price")}
    return lasting | {name: name in item for name in ("revision", "unnotified", "touch_after", "notified_at")}
