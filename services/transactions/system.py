"""Payment providers' events: deduplicated by one conditional write, routed by type through its stream."""

from shared.model import (
    Api,
    Function,
    IndexKey,
    OnSchedule,
    OnStream,
    Queue,
    QueueEncryption,
    Route,
    SecretParameter,
    StreamView,
    System,
    Table,
    Throttle,
    days,
    gets_batches,
    minutes,
    puts,
    queries,
    reads_secret,
    seconds,
    sends,
    string,
    updates,
)

webhook_secrets = SecretParameter("webhook-secrets")

# Every item has it until it is routed, so that the index of it holds just what is not routed yet.
unrouted = string("unrouted")

transaction_events = Table(
    "transaction-events",
    partition_key=string("event_id"),
    indexes=(IndexKey(name="unrouted-index", partition_key=unrouted, sort_key=string("received_at"), projects=()),),
    stream=StreamView.NEW_IMAGE,
    time_to_live="expires_at",
)


def routed(name: str) -> Queue:
    """A queue that a team consumes from; retention and keys are those of the payment providers' contract."""
    return Queue(
        name,
        retention=days(7),
        dead_letter_retention=days(7),
        visibility_timeout=minutes(5),
        encryption=QueueEncryption.AWS_MANAGED,
    )


payments = routed("payments-queue")
refunds = routed("refunds-queue")
disputes = routed("disputes-queue")

webhook_validator = Function(
    "webhook-validator",
    timeout=seconds(29),
    memory_mb=512,
    reserved_concurrency=200,
    uses=(reads_secret(webhook_secrets), puts(transaction_events)),
)

transaction_router = Function(
    "transaction-router",
    timeout=seconds(60),
    memory_mb=512,
    reserved_concurrency=20,
    triggers=(
        OnStream(table=transaction_events, having=unrouted, batch_size=100, parallelization_factor=10),
        OnSchedule(name="transaction-sweep", every=minutes(5), input={"sweep": True}),
    ),
    uses=(
        gets_batches(transaction_events),
        updates(transaction_events),
        queries(transaction_events.index("unrouted-index")),
        sends(payments),
        sends(refunds),
        sends(disputes),
    ),
)

webhook_api = Api(
    "webhook-api",
    throttle=Throttle(rate=1_000, burst=1_000),
    routes=(
        Route(
            "POST",
            "/webhook",
            invokes=webhook_validator,
            body="schemas/webhook.schema.json",
            answers={
                202: "the event is new: it is stored, and will be routed",
                200: "a duplicate: the same event came before",
                400: "the body does not fit; the answer says what is wrong with it",
                401: "the signature or its timestamp is missing, wrong, or more than 300 s away",
                409: "the event's id came before with other content",
                413: "the body is larger than an item can hold",
                429: "more requests than the throttle allows: nothing was accepted, send it again",
                503: "the store is busy: nothing was accepted, send it again",
            },
        ),
    ),
)

system = System(
    "transactions",
    functions=(webhook_validator, transaction_router),
    apis=(webhook_api,),
    log_retention=days(30),
)
