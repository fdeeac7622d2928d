"""What a system's picture says."""

from operations.pictures.graph import Edge, Flow
from operations.pictures.system_graph import system_graph
from services.transactions.system import system as transactions
from shared.model import (
    Function,
    IndexKey,
    OnSchedule,
    SecretParameter,
    System,
    Table,
    gets_batches,
    minutes,
    queries,
    reads_secret,
    string,
    updates,
)

GRAPH = system_graph(transactions)


def _edge(source: str, target: str) -> Edge:
    return next(edge for edge in GRAPH.edges if (edge.source, edge.target) == (source, target))


def test_a_route_leads_from_its_api_to_the_function_that_it_invokes() -> None:
    assert _edge("webhook_api", "webhook_validator_function").verbs == ("POST /webhook",)
    assert _edge("callers", "webhook_api").verbs == ("HTTPS",)


def test_a_stream_leads_from_its_table_to_the_function_that_it_triggers() -> None:
    assert _edge("transaction_events_table", "transaction_router_function").verbs == ("stream", "having unrouted")


def test_a_schedule_says_how_often_it_triggers() -> None:
    assert _edge("transaction_sweep_rule", "transaction_router_function").verbs == ("every 5 min",)
    hourly = OnSchedule(name="often", every=minutes(1))
    graph = system_graph(System("s", functions=(Function("f", timeout=1, triggers=(hourly,)),)))
    assert graph.edges == (Edge("often_rule", "f_function", ("every minute",), Flow.TRIGGERS),)


def test_all_that_a_function_does_with_a_table_and_its_indexes_is_one_arrow() -> None:
    verbs = _edge("transaction_router_function", "transaction_events_table").verbs
    assert verbs == ("gets batches", "updates", "queries unrouted-index")


def test_an_arrow_that_only_reads_is_told_from_one_that_writes() -> None:
    table = Table("t", partition_key=string("p"), indexes=(IndexKey(name="i", partition_key=string("q")),))
    reader = Function("reader", timeout=1, uses=(gets_batches(table), queries(table.index("i"))))
    writer = Function("writer", timeout=1, uses=(gets_batches(table), updates(table)))
    flows = [edge.flow for edge in system_graph(System("s", functions=(reader, writer))).edges]
    assert flows == [Flow.READS, Flow.WRITES]


def test_dead_letter_queues_are_docked_to_where_the_failures_come_from() -> None:
    docked = {(node.name, dock.name): dock.caption for node in GRAPH.nodes for dock in node.docks if dock.failed}
    assert docked["transaction-router", "transaction-router-failures"] == "failed invocations"
    assert docked["transaction-router", "transaction-router-stream-dlq"] == "failed stream records"
    assert docked["transaction-sweep", "transaction-sweep-dlq"] == "undelivered events"
    assert docked["payments-queue", "payments-queue-dlq"] == "poison messages"


def test_a_secret_is_docked_to_every_function_that_reads_it() -> None:
    secret = SecretParameter("keys")
    readers = tuple(Function(name, timeout=1, uses=(reads_secret(secret),)) for name in ("one", "other"))
    graph = system_graph(System("s", functions=readers))
    assert [(node.name, dock.name) for node in graph.nodes for dock in node.docks] == [
        ("one", "keys"),
        ("other", "keys"),
    ]
    assert graph.edges == ()


def test_a_system_without_an_api_has_no_clients() -> None:
    graph = system_graph(System("s", functions=(Function("f", timeout=1),)))
    assert [node.name for node in graph.nodes] == ["f"]
