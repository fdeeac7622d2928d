"""Prices polled each minute, alerts by e-mail: a sparse index finds what a price triggers, the stream tells of it."""

from shared.model import (
    Ciphertext,
    Function,
    IndexKey,
    Key,
    OnSchedule,
    OnStream,
    StartingPosition,
    StreamView,
    System,
    Table,
    Topic,
    days,
    decrypts,
    deletes,
    gets_batches,
    minutes,
    number,
    publishes,
    queries,
    seconds,
    string,
    updates,
)

alerts_key = Key("crypto-alerts")
exchange_endpoint = Ciphertext("exchange-endpoint", key=alerts_key)

crypto_alerts = Table(
    "crypto-alerts",
    partition_key=string("userId"),
    sort_key=string("alertId"),
    indexes=(
        IndexKey(
            name="coinSymbol-index",
            partition_key=string("coinSymbol"),
            projects=("userId", "alertId", "threshold", "condition"),
        ),
        # Alerts have armed_for (BTC#above) until they are triggered: a price reads just those that it triggers.
        IndexKey(
            name="armed-index",
            partition_key=string("armed_for"),
            sort_key=number("armed_threshold"),
            projects=("coinSymbol", "threshold", "condition", "revision"),
        ),
        # Alerts have unnotified from then until their notification is published.
        IndexKey(
            name="unnotified-index",
            partition_key=string("unnotified"),
            sort_key=string("touch_after"),
            projects=(),
        ),
    ),
    stream=StreamView.NEW_AND_OLD_IMAGES,
)

# Which coins have armed alerts, and how the exchange has been answering.
price_watch = Table("price-watch", partition_key=string("exchange"), sort_key=string("entry"))

price_alerts = Topic("price-alerts")

price_checker = Function(
    "price-checker",
    timeout=seconds(60),
    memory_mb=512,
    # A pass that is tried again may meet the next one.
    reserved_concurrency=2,
    environment_key=alerts_key,
    triggers=(OnSchedule(name="price-checker-rule", every=minutes(1)),),
    uses=(
        decrypts(exchange_endpoint),
        queries(price_watch),
        updates(price_watch),
        deletes(price_watch),
        queries(crypto_alerts.index("armed-index")),
        queries(crypto_alerts.index("unnotified-index")),
        updates(crypto_alerts),
    ),
)

alert_processor = Function(
    "alert-processor",
    timeout=seconds(30),
    memory_mb=256,
    environment_key=alerts_key,
    triggers=(
        OnStream(
            table=crypto_alerts,
            event_names=("INSERT", "MODIFY"),
            batch_size=10,
            batching_window=seconds(5),
            # A storm is notified ten times as fast; an alert's records still come one after the other.
            parallelization_factor=10,
            starting_position=StartingPosition.LATEST,
        ),
    ),
    uses=(
        gets_batches(crypto_alerts),
        updates(crypto_alerts),
        updates(price_watch),
        publishes(price_alerts),
    ),
)

system = System(
    "coin-alerts",
    functions=(price_checker, alert_processor),
    log_retention=days(14),
    tags={"Service": "crypto-alerts"},
)
