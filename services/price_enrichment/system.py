"""Exchanges' prices: taken without waiting, stored once, and enriched with moving averages and volatility."""

from shared.model import (
    Api,
    AsynchronousRetries,
    Ciphertext,
    Function,
    Key,
    OnLogs,
    OnStream,
    Route,
    StreamView,
    System,
    Table,
    Throttle,
    Topic,
    days,
    decrypts,
    minutes,
    number,
    publishes,
    puts,
    queries,
    seconds,
    string,
    updates,
)

key = Key("price-enrichment")

webhook_credentials = Ciphertext("webhook-credentials", key=key)
exchange_endpoints = Ciphertext("exchange-endpoints", key=key)

crypto_prices = Table(
    "crypto-prices",
    partition_key=string("symbol"),
    sort_key=number("timestamp"),
    stream=StreamView.NEW_IMAGE,
)

price_updates_success = Topic("price-updates-success")
price_enrichment_errors = Topic("price-enrichment-errors")

webhook_processor = Function(
    "webhook-processor",
    timeout=seconds(60),
    memory_mb=1_024,
    reserved_concurrency=50,
    uses=(decrypts(webhook_credentials), decrypts(exchange_endpoints), puts(crypto_prices)),
    environment_key=key,
    asynchronous=True,
    asynchronous_retries=AsynchronousRetries(attempts=2, maximum_event_age=minutes(360)),
    on_success=price_updates_success,
    failure_retention=days(4),
)

price_enricher = Function(
    "price-enricher",
    timeout=seconds(120),
    memory_mb=512,
    reserved_concurrency=20,
    triggers=(
        # New prices alone: metrics that are written back modify an item, and must not run the function again.
        OnStream(
            table=crypto_prices,
            event_names=("INSERT",),
            batch_size=50,
            batching_window=seconds(1),
            retries=5,
            parallelization_factor=10,
        ),
    ),
    uses=(queries(crypto_prices), updates(crypto_prices)),
    environment_key=key,
    failure_retention=days(4),
)

price_error_notifier = Function(
    "price-error-notifier",
    timeout=seconds(30),
    memory_mb=256,
    reserved_concurrency=2,
    triggers=(
        # Not its own: what it logs must not run it again.
        OnLogs(
            name="price-errors",
            of=("webhook-processor", "price-enricher"),
            pattern='?ERROR ?Exception ?"Task timed out"',
        ),
    ),
    uses=(publishes(price_enrichment_errors),),
    failure_retention=days(4),
)

price_webhook_api = Api(
    "price-webhook-api",
    throttle=Throttle(rate=1_000, burst=1_000),
    routes=(
        Route(
            "POST",
            "/webhook",
            invokes=webhook_processor,
            body="schemas/webhook.schema.json",
            required_headers=("X-Webhook-Signature", "X-Webhook-Timestamp"),
            asynchronous=True,
            answers={
                202: "the webhook will be processed: a price that its exchange signed is stored and enriched",
                400: "the body does not fit, or a signature header is missing; the answer says what is wrong",
                415: "the content type is not application/json",
                429: "more requests than the throttle allows: nothing was accepted, send it again",
                500: "nothing was accepted, send it again",
            },
        ),
    ),
)

system = System(
    "price-enrichment",
    functions=(webhook_processor, price_enricher, price_error_notifier),
    apis=(price_webhook_api,),
    log_retention=days(3),
)
