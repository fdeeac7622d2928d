"""A deployed environment with its payment provider and its inbox."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.end_to_end.environment import Environment
from tests.end_to_end.inbox import QUEUES, Inbox
from tests.end_to_end.payment_provider import PaymentProvider, webhook

OUTPUT_KEYS = {queue: f"{queue.replace('-', '_')}_url" for queue in QUEUES.values()}


@dataclass(frozen=True)
class Deployed:
    """The two ends of the pipeline."""

    environment: Environment
    provider: PaymentProvider
    inbox: Inbox
    dead_letter_queue_urls: tuple[str, ...]

    def nothing_arrived_of(self, *event_ids: str) -> bool:
        """Whether no queue holds these events, once what was sent after them has come through."""
        self.passes_a_webhook()
        self.inbox.settle()
        return not self.inbox.of(event_ids)

    def warm_up(self, workers: int) -> None:
        """Has so many instances of the validator, started a few at a time: two cores start twenty in no good time."""
        for at_once in range(4, workers + 1, 4):
            with ThreadPoolExecutor(at_once) as pool:
                list(pool.map(self.provider.post, [webhook() for _ in range(at_once)]))

    def sweep(self) -> Any:
        """What the router answers when it is called as its schedule does."""
        name = self.environment.named("transaction-router")
        answer = self.environment.client("lambda").invoke(FunctionName=name, Payload=json.dumps({"sweep": True}))
        return json.loads(answer["Payload"].read())

    def passes_a_webhook(self) -> float:
        """Sends a webhook of each type and waits for it; the longest way from request to queue in seconds."""
        bodies = [webhook(transaction_type=kind) for kind in QUEUES]
        answers = {body["event_id"]: self.provider.post(body) for body in bodies}
        assert {answer.status for answer in answers.values()} == {202}, [answer.text for answer in answers.values()]
        arrived = self.inbox.wait_for(answers)
        assert {QUEUES[message.body["transaction_type"]] == message.queue for message in arrived} == {True}
        return max(message.taken - answers[message.event_id].asked for message in arrived)


def connect(environment: Environment) -> Deployed:
    """The pipeline by the environment's outputs."""
    outputs = environment.outputs()
    provider = PaymentProvider(outputs["api"]["webhook_api_url"] + "/webhook", environment.secret)
    queues = outputs["messaging"]
    inbox = Inbox(environment.client("sqs"), {queue: queues[key] for queue, key in OUTPUT_KEYS.items()})
    dead_letter_queues = tuple(url for key, url in queues.items() if key.endswith("dlq_url"))
    return Deployed(environment, provider, inbox, dead_letter_queues)
