"""Systems larger than today's, and kinds that the vocabulary does not have yet."""

from operations.pictures.graph import Dock, Edge, Flow, Graph, Kind, Node
from operations.pictures.kinds import CLIENTS, KINDS
from shared.model import (
    Api,
    DeadLetterQueue,
    Function,
    IndexKey,
    OnSchedule,
    OnStream,
    Queue,
    Route,
    SecretParameter,
    StreamView,
    System,
    Table,
    Throttle,
    gets_batches,
    minutes,
    puts,
    queries,
    reads_secret,
    sends,
    string,
    updates,
)

THROTTLE = Throttle(rate=10, burst=10)

_secrets = SecretParameter("exchange-webhook-secrets")
_prices = Table("price-history", partition_key=string("symbol"), stream=StreamView.NEW_IMAGE)
_rules = Table(
    "alert-rules",
    partition_key=string("user"),
    indexes=(IndexKey(name="armed-for-index", partition_key=string("armed_for")),),
    stream=StreamView.NEW_AND_OLD_IMAGES,
)
_users = Table("user-settings", partition_key=string("user"))
_fired, _audit, _mail, _push = (Queue(f"{name}-queue") for name in ("fired-alerts", "audit", "mail", "push"))
_rule_editor = Function("rule-editor", timeout=5, uses=(gets_batches(_rules), puts(_rules), updates(_rules)))
_ingestion = Function(
    "webhook-ingestion", timeout=5, uses=(reads_secret(_secrets), puts(_prices), sends(_audit), gets_batches(_users))
)
_evaluation = Function(
    "rule-evaluation",
    timeout=5,
    uses=(queries(_rules.index("armed-for-index")), updates(_rules), sends(_fired), sends(_audit)),
    triggers=(
        OnStream(table=_prices, event_names=("INSERT",)),
        OnSchedule(name="evaluation-sweep", every=minutes(5)),
        OnSchedule(name="re-arm", every=minutes(1)),
    ),
)
_notifier = Function(
    "alert-notifier",
    timeout=5,
    uses=(reads_secret(_secrets), gets_batches(_users), sends(_mail), sends(_push), updates(_rules)),
    triggers=(OnStream(table=_rules, event_names=("INSERT", "MODIFY", "REMOVE")),),
)

LARGE = System(
    "large-price-alerts",
    functions=(_rule_editor, _ingestion, _evaluation, _notifier),
    apis=(
        Api(
            "price-alerts-api",
            THROTTLE,
            routes=(
                Route("POST", "/webhook", _ingestion, "a.json"),
                Route("POST", "/webhook/{exchange}", _ingestion, "b.json"),
                Route("PUT", "/rules", _rule_editor, "c.json"),
            ),
        ),
        Api("operators-api", THROTTLE, routes=(Route("POST", "/evaluate", _evaluation, "d.json"),)),
    ),
)

SMALL = System("small", functions=(Function("lonely", timeout=1),))


def _node(key: str, noun: str, layer: str, *docks: Dock) -> Node:
    return Node(key, Kind(noun, "M3 3h14v14h-14z"), key, layer, docks)


def _dead(name: str, caption: str) -> Dock:
    return Dock(KINDS[DeadLetterQueue], caption, name, "messaging", failed=True)


# Kinds to come: bucket, bus, rule, topic; a queue that feeds a function, and a synchronous reader.
TO_COME = Graph(
    title="market-data",
    summary="Market data",
    legend=True,
    nodes=(
        Node("callers", CLIENTS, "clients", None),
        _node("MarketDataAPI", "REST API", "api"),
        _node("market-data", "S3 bucket", "data"),
        _node("DataIngestion", "Lambda function", "compute", _dead("DataIngestion-failures", "failed invocations")),
        _node("ProcessingQueue", "SQS queue", "messaging", _dead("ProcessingQueue-dlq", "poison messages")),
        _node("DataProcessor", "Lambda function", "compute"),
        _node("MarketDataState", "DynamoDB table", "data"),
        _node("market-data-events", "event bus", "compute"),
        _node("state-changed", "EventBridge rule", "compute", _dead("state-changed-dlq", "undelivered events")),
        _node("every-five-minutes", "schedule", "compute", _dead("every-five-minutes-dlq", "undelivered events")),
        _node("DataAggregator", "Lambda function", "compute", _dead("DataAggregator-failures", "failed invocations")),
        _node("operators", "SNS topic", "messaging"),
        Node("mail", CLIENTS, "e-mail", None),
    ),
    edges=(
        Edge("callers", "MarketDataAPI", ("HTTPS",), Flow.TRIGGERS),
        Edge("callers", "market-data", ("uploads",), Flow.TRIGGERS),
        Edge("MarketDataAPI", "DataIngestion", ("POST /ingest",), Flow.TRIGGERS),
        Edge("MarketDataAPI", "DataAggregator", ("POST /aggregates",), Flow.TRIGGERS),
        Edge("market-data", "DataIngestion", ("ObjectCreated",), Flow.TRIGGERS),
        Edge("DataIngestion", "market-data", ("reads", "puts reports/"), Flow.WRITES),
        Edge("DataIngestion", "ProcessingQueue", ("sends",), Flow.WRITES),
        Edge("DataIngestion", "MarketDataState", ("puts",), Flow.WRITES),
        Edge("ProcessingQueue", "DataProcessor", ("batches of 10",), Flow.TRIGGERS),
        Edge("DataProcessor", "MarketDataState", ("gets_batches", "puts", "updates"), Flow.WRITES),
        Edge("DataProcessor", "market-data-events", ("emits",), Flow.WRITES),
        Edge("market-data-events", "state-changed", ("matches",), Flow.TRIGGERS),
        Edge("state-changed", "DataAggregator", ("invokes",), Flow.TRIGGERS),
        Edge("every-five-minutes", "DataAggregator", ("every 5 min",), Flow.TRIGGERS),
        Edge("DataAggregator", "MarketDataState", ("queries", "updates"), Flow.WRITES),
        Edge("DataAggregator", "operators", ("publishes",), Flow.WRITES),
        Edge("operators", "mail", ("e-mail",), Flow.TRIGGERS),
    ),
)
