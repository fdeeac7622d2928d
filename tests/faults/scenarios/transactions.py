"""Webhooks of a payment provider, until they are in the queues of three teams."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from services.common.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from services.transactions.domain.transaction import TRANSACTION_TYPES
from services.transactions.system import disputes, payments, refunds, system, transaction_events
from tests.faults.laboratory.laboratory import Laboratory
from tests.faults.laboratory.process import Result
from tests.faults.scenarios.proxy_event import proxy_event
from tests.faults.scenarios.scenario import Message, Outcome

SECRET = "provider-secret"
QUEUES = (payments, refunds, disputes)


class Transactions:
    """Three events, one a queue."""

    system = system
    secrets: Mapping[str, str] = {"webhook-secrets": SECRET}
    inputs: Sequence[str] = tuple(f"evt_{number}" for number in range(3))
    # The sweep runs every five minutes and takes what is older than seven; a claim lasts two more.
    heals_within = timedelta(minutes=15)

    def many(self, count: int) -> Sequence[str]:
        return [f"evt_{number}" for number in range(count)]

    def disordered(self, names: list[str], random: Random) -> list[str]:
        """Events are independent of each other."""
        return random.sample(names, len(names))

    def prepare(self, laboratory: Laboratory) -> None:
        """Nothing: no user sets anything up."""

    def offer(self, laboratory: Laboratory, name: str) -> bool:
        answer = self.post(laboratory, self.body(name)).answer
        return answer is not None and answer["statusCode"] in (200, 202)

    def post(self, laboratory: Laboratory, body: bytes, **more: str) -> Result:
        now = laboratory.clock.now()
        stamp = str(int(now.timestamp()))
        headers = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(SECRET.encode(), stamp, body)} | more
        return laboratory.call("webhook-validator", proxy_event("POST", "/webhook", body, headers, now))

    def body(self, name: str, **other: object) -> bytes:
        """The webhook of an event: its type and amount follow from its name."""
        number = int(name.rpartition("_")[2])
        kinds = sorted(TRANSACTION_TYPES)
        webhook = {
            "event_id": name,
            "transaction_type": kinds[number % len(kinds)],
            "amount": f"{number}.10",
            "timestamp": "2026-11-21T09:59:00Z",
        }
        return json.dumps(webhook | other).encode()

    def outcome(self, laboratory: Laboratory) -> Outcome:
        state = {item["event_id"]["S"]: self._lasting(item) for item in laboratory.account.items(transaction_events)}
        sent = [(queue.name, message) for queue in QUEUES for message in laboratory.messages(queue)]
        copies = Counter(message["MessageAttributes"]["message_id"]["StringValue"] for _, message in sent)
        messages = {
            message["MessageAttributes"]["message_id"]["StringValue"]: (queue, self._content(message["Body"]))
            for queue, message in sent
        }
        return Outcome(state, messages, copies)

    def redrive(self, laboratory: Laboratory, letters: Mapping[str, Sequence[Message]]) -> None:
        """The sweep routes what the stream's failures tell of; a failed sweep has its successor."""
        assert set(letters) <= {"transaction-router-stream-dlq", "transaction-router-failures"}
        laboratory.let_pass(minutes=15)

    @staticmethod
    def _lasting(item: Mapping[str, Any]) -> dict[str, object]:
        lasting = {name: item[name] for name in ("transaction_type", "amount", "timestamp", "digest")}
        return lasting | {"unrouted": "unrouted" in item, "expires": "expires_at" in item}

    @staticmethod
    def _content(text: str) -> dict[str, Any]:
        content = json.loads(text)
        return {name: value for name, value in content.items() if name not in ("received_at", "correlation_id")}
