"""Dead letters of every kind, made by a real fault, seen by `dlq`, and processed once each after it was mended."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.common.timestamp import utc_now, utc_text
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import ACCOUNT, Environment
from tests.end_to_end.payment_provider import webhook
from tests.end_to_end.price_enrichment import PriceEnrichment, eventually, new_symbol, prices

PATIENCE = 60.0


def letters(environment: Environment, queue: str) -> list[dict[str, Any]]:
    """What `just dlq` shows of a queue to a program."""
    document = json.loads(environment.recipe("dlq", environment.name, "--json").succeeded().said)
    (found,) = [one for one in document["queues"] if one["queue"] == queue]
    assert found["not_looked_at"] == 0
    return found["letters"]


def waiting(environment: Environment, queue: str) -> int:
    """How many letters of a queue can be seen."""
    url = f"{environment.endpoint.url}/{ACCOUNT}/{environment.named(queue)}"
    name = "ApproximateNumberOfMessages"
    return int(environment.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def appear(environment: Environment, queue: str, count: int) -> list[dict[str, Any]]:
    """The queue's letters as soon as there are so many."""
    eventually(lambda: waiting(environment, queue) >= count, PATIENCE)
    return letters(environment, queue)


def redriven(environment: Environment, queue: str, count: int) -> str:
    """What `just redrive` says; the rehearsal before has changed nothing, and afterwards the queue is empty."""
    rehearsal = environment.recipe("redrive", queue, environment.name).succeeded().said
    assert rehearsal.endswith("nothing was done; add --go to do it\n")
    assert waiting(environment, queue) == count
    said = environment.recipe("redrive", queue, environment.name, "--go").succeeded().said
    assert waiting(environment, queue) == 0
    return said


@contextmanager
def denied(environment: Environment, function: str, action: str, resource: str) -> Iterator[None]:
    """A fault: the function's role is denied what it needs, by the resource's ARN."""
    iam, role = environment.client("iam"), environment.named(function)
    statement = {"Effect": "Deny", "Action": action, "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="fault", PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="fault")


@pytest.fixture
def enrichment(deployed: Deployed) -> Iterator[PriceEnrichment]:
    system = PriceEnrichment(deployed.environment)
    with system.few_at_once():
        yield system
    system.updates.close()


@pytest.mark.requirement("ALL-5", "ALL-14")
@pytest.mark.fault_case(33)
@pytest.mark.fault_system("transactions")
def test_a_consumers_dead_letters_are_moved_back_and_come_once(deployed: Deployed) -> None:
    environment = deployed.environment
    # What other tests have left would be dead as well.
    deployed.inbox.settle()
    bodies = [webhook() for _ in range(3)]
    answers = {body["event_id"]: deployed.provider.post(body) for body in bodies}
    url = f"{environment.endpoint.url}/{ACCOUNT}/{environment.named('payments-queue')}"
    sqs = environment.client("sqs")

    def poisoned() -> bool:
        """A consumer that never ends its work: each receipt is one of three."""
        sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return waiting(environment, "payments-queue-dlq") == len(bodies)

    eventually(poisoned, PATIENCE)
    shown = letters(environment, "payments-queue-dlq")
    assert {letter["correlation_id"] for letter in shown} == {one.correlation_id for one in answers.values()}
    assert {letter["body"]["event_id"] for letter in shown} == set(answers)
    said = redriven(environment, "payments-queue-dlq", len(bodies))
    assert said.splitlines()[-1] == "3 of 3 letters moved from payments-queue-dlq to payments-queue"
    arrived = deployed.inbox.wait_for(answers)
    deployed.inbox.settle()
    assert len(deployed.inbox.of(answers)) == len(arrived) == len(bodies)


@pytest.mark.requirement("ALL-8", "ALL-13", "ALL-14")
@pytest.mark.fault_case(33)
@pytest.mark.fault_system("price-enrichment")
def test_failed_invocations_are_made_again_and_store_each_price_once(enrichment: PriceEnrichment) -> None:
    environment, queue = enrichment.environment, "webhook-processor-failures"
    webhooks = prices(new_symbol(), 2)
    with denied(environment, "webhook-processor", "dynamodb:PutItem", "*"):
        answers = [enrichment.post(body) for body in webhooks]
        shown = appear(environment, queue, len(webhooks))
    assert {letter["correlation_id"] for letter in shown} == {answer.correlation_id for answer in answers}
    assert all(letter["reason"].startswith("RetriesExhausted after 3 invocations") for letter in shown)
    payload = shown[0]["body"]["requestPayload"]
    assert payload["headers"]["X-Webhook-Signature"] == "***"
    assert payload["body"]["symbol"] == webhooks[0]["symbol"]
    redriven(environment, queue, len(webhooks))
    for answer in answers:
        (told,) = eventually(lambda answer=answer: enrichment.told(answer.correlation_id), PATIENCE)
        assert told["status"] == "stored"
    assert len(enrichment.items(webhooks[0]["symbol"])) == len(webhooks)


@pytest.mark.requirement("ALL-8", "TX-7", "ALL-14")
@pytest.mark.fault_case(16, 33)
@pytest.mark.fault_system("transactions")
def test_failed_records_are_read_from_the_stream_again_and_routed_once(deployed: Deployed) -> None:
    environment, queue = deployed.environment, "transaction-router-stream-dlq"
    bodies = [webhook(), webhook()]
    ids = [body["event_id"] for body in bodies]
    # Not all queues: the letter itself is sent by the same role.
    payments = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{environment.named('payments-queue')}"
    with denied(environment, "transaction-router", "sqs:SendMessage", payments):
        assert {deployed.provider.post(body).status for body in bodies} == {202}
        shown = appear(environment, queue, 1)
        # Both may have failed in one batch, or each in one of its own.
        count = sum(letter["body"]["DDBStreamBatchInfo"]["batchSize"] for letter in shown)
        if count < len(bodies):
            shown = appear(environment, queue, 2)
    assert all(letter["reason"].startswith("RetryAttemptsExhausted after ") for letter in shown)
    redriven(environment, queue, len(shown))
    deployed.inbox.wait_for(ids)
    assert deployed.nothing_arrived_of("another")
    assert len(deployed.inbox.of(ids)) == len(ids)


@pytest.mark.requirement("TX-7", "ALL-14")
def test_where_the_stream_has_forgotten_the_records_their_function_sweeps_its_table(deployed: Deployed) -> None:
    environment, queue = deployed.environment, "transaction-router-stream-dlq"
    client = environment.client("dynamodbstreams")
    (stream,) = client.list_streams(TableName=environment.named("transaction-events"))["Streams"]
    arn = stream["StreamArn"]
    (shard,) = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    first = "1".zfill(21)
    gone = {"shardId": shard["ShardId"], "startSequenceNumber": first, "endSequenceNumber": first, "streamArn": arn}
    url = f"{environment.endpoint.url}/{ACCOUNT}/{environment.named(queue)}"
    environment.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"DDBStreamBatchInfo": gone}))
    said = redriven(environment, queue, 1)
    assert "the stream has forgotten its records, which are older than a day: run transaction-router as " in said


@pytest.mark.requirement("ALL-8", "MD-6", "ALL-14")
@pytest.mark.fault_case(33)
@pytest.mark.fault_system("market-data")
def test_undelivered_events_reach_their_function_after_all(deployed: Deployed) -> None:
    environment, queue = deployed.environment, "market-data-windows-touched-dlq"
    symbol, header = new_symbol(), b"symbol,timestamp,price,size,trade_id\n"
    now = utc_text(utc_now()).encode()

    def aggregated() -> list[dict[str, Any]]:
        found = environment.client("dynamodb").query(
            TableName=environment.named("MarketDataState"),
            KeyConditionExpression="symbol = :windows",
            ExpressionAttributeValues={":windows": {"S": f"{symbol}#5m"}},
        )
        return [item for item in found["Items"] if "tick_count" in item]

    with without_permission(environment, "DataAggregator", "market-data-windows-touched"):
        content = header + b"%b,%b,10,1,1\n%b,%b,12,1,2\n" % (symbol.encode(), now, symbol.encode(), now)
        environment.client("s3").put_object(Bucket=environment.named("market-data"), Key="in/r.csv", Body=content)
        shown = appear(environment, queue, 1)
    assert shown[0]["reason"].startswith("ERROR_CODE NO_PERMISSIONS; ERROR_MESSAGE ")
    assert symbol in json.dumps(shown[0]["body"]["detail"])
    assert aggregated() == []
    redriven(environment, queue, len(shown))
    (window,) = eventually(aggregated, PATIENCE)
    assert window["tick_count"]["N"] == "2"


@contextmanager
def without_permission(environment: Environment, function: str, rule: str) -> Iterator[None]:
    """A fault: EventBridge may not invoke the rule's function."""
    client, name, statement = environment.client("lambda"), environment.named(function), environment.named(rule)
    policy = json.loads(client.get_policy(FunctionName=name)["Policy"])
    (lost,) = [one for one in policy["Statement"] if one["Sid"] == statement]
    client.remove_permission(FunctionName=name, StatementId=statement)
    try:
        yield
    finally:
        client.add_permission(
            FunctionName=name,
            StatementId=statement,
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=lost["Condition"]["ArnLike"]["AWS:SourceArn"],
        )


def test_a_queue_that_is_not_there_is_answered_with_those_that_are(deployed: Deployed) -> None:
    said = deployed.environment.run("redrive", "payments").refused().said
    assert "there is no dead-letter queue 'payments'; there are: " in said
    assert "payments-queue-dlq" in said
