"""A deployed environment with its payment provider and its inbox."""

from dataclasses import dataclass

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

    def nothing_arrived_of(self, *event_ids: str) -> bool:
        """Whether no queue holds these events, once what was sent after them has come through."""
        self.passes_a_webhook()
        self.inbox.settle()
        return not self.inbox.of(event_ids)

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
    url = environment.outputs("api")["webhook_api_url"] + "/webhook"
    exported = environment.outputs("messaging")
    urls = {queue: exported[key] for queue, key in OUTPUT_KEYS.items()}
    inbox = Inbox(environment.client("sqs"), urls)
    return Deployed(environment, PaymentProvider(url, environment.secret), inbox)
