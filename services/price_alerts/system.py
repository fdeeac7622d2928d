"""Exchanges' prices against users' threshold rules: queued, evaluated, and published once for each crossing."""

from shared.model import (
    Api,
    Ciphertext,
    Function,
    IndexKey,
    Key,
    OnQueue,
    OnSchedule,
    Queue,
    Route,
    System,
    Table,
    Throttle,
    Topic,
    days,
    decrypts,
    gets_batches,
    minutes,
    number,
    publishes,
    puts,
    queries,
    seconds,
    sends,
    string,
    updates,
)

key = Key("price-alerts")

exchange_credentials = Ciphertext("exchange-credentials", key=key)

alert_rules = Table(
    "alert-rules",
    partition_key=string("userId"),
    sort_key=string("alertId"),
    indexes=(
        # An armed rule has `armed_for`, "BTC-USD#above", until it fires: a price reads just the rules that it fires.
        IndexKey(
            name="armed-index",
            partition_key=string("armed_for"),
            sort_key=number("threshold"),
            projects=("symbol", "direction", "armed_at"),
        ),
        # A fired rule has `unnotified` until its alert is published: the outbox.
        IndexKey(name="unnotified-index", partition_key=string("unnotified"), sort_key=string("fired_at"), projects=()),
    ),
    key=key,
)

price_history = Table(
    "price-history",
    partition_key=string("symbol"),
    sort_key=string("entry"),
    time_to_live="expiryTime",
    key=key,
)

price_updates = Queue("price-updates", visibility_timeout=seconds(300), retention=days(4))

price_alert_notifications = Topic("price-alert-notifications", key=key)

webhook_ingestion = Function(
    "webhook-ingestion",
    timeout=seconds(29),
    memory_mb=256,
    reserved_concurrency=100,
    uses=(decrypts(exchange_credentials), sends(price_updates)),
    environment_key=key,
)

rule_evaluation = Function(
    "rule-evaluation",
    timeout=seconds(45),
    memory_mb=512,
    reserved_concurrency=20,
    triggers=(
        OnQueue(queue=price_updates, batch_size=10, maximum_concurrency=18),
        OnSchedule(name="price-alerts-batch-pass", every=minutes(5), input={"batch_pass": True}),
    ),
    uses=(
        puts(price_history),
        updates(price_history),
        gets_batches(price_history),
        queries(price_history),
        queries(alert_rules.index("armed-index")),
        queries(alert_rules.index("unnotified-index")),
        updates(alert_rules),
        publishes(price_alert_notifications),
        sends(price_updates),
    ),
    environment_key=key,
)


def route(path: str, body: str) -> Route:
    """A webhook in one of the shapes that prices come in."""
    return Route(
        "POST",
        path,
        invokes=webhook_ingestion,
        body=f"schemas/{body}.schema.json",
        answers={
            202: "the price is queued, and will be evaluated",
            400: "the body does not fit; the answer says what is wrong with it",
            401: "the signature or its timestamp is missing, wrong, or more than 300 s away; or another exchange's",
            413: "the body is larger than any ticker",
            429: "more requests than the throttle allows: nothing was accepted, send it again",
            503: "the price could not be queued: send it again",
        },
    )


price_alerts_api = Api(
    "price-alerts-api",
    throttle=Throttle(rate=1_000, burst=1_000),
    routes=(
        route("/webhook", "webhook"),
        route("/webhook/coinbase", "coinbase-webhook"),
        route("/webhook/kraken", "kraken-webhook"),
        route("/webhook/binance", "binance-webhook"),
        route("/webhook/bitstamp", "bitstamp-webhook"),
    ),
)

system = System(
    "price-alerts",
    functions=(webhook_ingestion, rule_evaluation),
    apis=(price_alerts_api,),
    log_retention=days(14),
)
