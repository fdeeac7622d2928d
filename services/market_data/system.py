"""Vendors' files of trades: ingested line by line, kept by symbol and time, and summed up in five-minute windows."""

from shared.model import (
    Api,
    Authorization,
    Bucket,
    EventBus,
    Function,
    IndexKey,
    OnEvent,
    OnObjectCreated,
    OnQueue,
    OnSchedule,
    Queue,
    Route,
    System,
    Table,
    Throttle,
    changes_bucket,
    days,
    deletes_table,
    gets,
    gets_batches,
    leaves_tls,
    minutes,
    number,
    puts,
    puts_events,
    puts_metrics,
    queries,
    reads_objects,
    seconds,
    sends,
    string,
    updates,
    writes_batches,
    writes_objects,
    writes_outside,
)

REPORTS = "reports/"

market_data = Bucket("market-data", expiration=days(30))

# A window's item has it from when a trade came in until the window is computed.
dirty = string("dirty")

state = Table(
    "MarketDataState",
    partition_key=string("symbol"),
    sort_key=number("timestamp"),
    indexes=(IndexKey(name="dirty-index", partition_key=dirty, sort_key=string("touched_at"), projects=()),),
    time_to_live="expires_at",
)

processing = Queue("ProcessingQueue", retention=days(4), visibility_timeout=minutes(5))

# By it an invocation that runs out of time hands its object on to the next.
ingestion = Queue("IngestionQueue", retention=days(4), visibility_timeout=minutes(18))

events = EventBus("market-data-events")

never = (
    deletes_table(state),
    changes_bucket(market_data),
    writes_outside(market_data, prefix=REPORTS),
    leaves_tls(),
)

data_ingestion = Function(
    "DataIngestion",
    timeout=minutes(3),
    answers_within=seconds(28),
    memory_mb=3_072,
    reserved_concurrency=60,
    triggers=(
        # The suffix of reports is none of these, so that no report is ever ingested.
        OnObjectCreated(
            bucket=market_data, suffixes=(".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
        ),
        OnQueue(queue=ingestion, batch_size=1, maximum_concurrency=5),
    ),
    uses=(
        reads_objects(market_data),
        writes_objects(market_data, prefix=REPORTS),
        updates(state),
        sends(processing),
        sends(ingestion),
    ),
    denies=never,
)

data_processor = Function(
    "DataProcessor",
    timeout=seconds(50),
    memory_mb=3_072,
    reserved_concurrency=10,
    # 2,500 trades at most: where all belong to one symbol, five at once wait about 12 s for its partition.
    triggers=(OnQueue(queue=processing, batch_size=5, maximum_concurrency=5),),
    uses=(gets_batches(state), puts(state), writes_batches(state), updates(state), puts_events(events)),
    denies=never,
)

data_aggregator = Function(
    "DataAggregator",
    timeout=seconds(60),
    answers_within=seconds(28),
    memory_mb=3_072,
    reserved_concurrency=30,
    triggers=(
        OnSchedule(name="market-data-sweep", every=minutes(5), input={"sweep": True}),
        OnEvent(
            name="market-data-windows-touched",
            bus=events,
            pattern={"source": ["market-data"], "detail-type": ["WindowsTouched"]},
        ),
    ),
    uses=(gets(state), queries(state), queries(state.index("dirty-index")), updates(state), puts_metrics()),
    denies=never,
)

market_data_api = Api(
    "MarketDataAPI",
    throttle=Throttle(rate=10_000, burst=5_000),
    routes=(
        Route(
            "POST",
            "/ingest",
            invokes=data_ingestion,
            body="schemas/ingest.schema.json",
            answers={
                200: "the object is read to its end: all of its trades are in the processing queue",
                202: "the trades are in the processing queue, or the object is read on by itself",
                400: "the body does not fit; the answer names the field",
                403: "the request is not signed, or its signer may not invoke the API",
                404: "there is no such object, or no such version of it",
                429: "more requests than the throttle allows: nothing was accepted, send it again",
                503: "a service is busy: send the same request again",
            },
            signed=False,
            authorization=Authorization.IAM,
        ),
        Route(
            "POST",
            "/aggregates",
            invokes=data_aggregator,
            body="schemas/aggregates.schema.json",
            answers={
                200: "the windows that have trades, in their order, and the token of the next page where there is one",
                400: "the body does not fit; the answer names the field",
                403: "the request is not signed, or its signer may not invoke the API",
                429: "more requests than the throttle allows: send it again",
                503: "the store is busy: send it again",
            },
            signed=False,
            authorization=Authorization.IAM,
        ),
    ),
)

system = System(
    "market-data",
    functions=(data_ingestion, data_processor, data_aggregator),
    apis=(market_data_api,),
    log_retention=days(7),
    tags={"Environment": "Production", "Project": "MarketAnalytics"},
)
