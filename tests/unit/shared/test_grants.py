"""Statements of roles."""

from collections.abc import Mapping

import pytest

from shared.grants import GRANTS, LISTS_STREAMS, TRACES, statements
from shared.model import Access, Function
from tests.unit.shared import samples
from tests.unit.shared.samples import NAMING

TABLES = "arn:aws:dynamodb:us-east-1:123456789012:table"


def granted(function: Function) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {one.sid: (one.actions, one.resources) for one in statements(NAMING, samples.shop, function)}


@pytest.mark.requirement("ALL-3")
def test_a_role_may_write_its_own_logs_and_traces_and_what_its_function_uses() -> None:
    logs = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/order-intake-unit:*"
    key = "arn:aws:ssm:us-east-1:123456789012:parameter/corner-shop/signing-key-unit"
    assert granted(samples.intake) == {
        "Logs": (("logs:CreateLogStream", "logs:PutLogEvents"), (logs,)),
        "Traces": (("xray:PutTelemetryRecords", "xray:PutTraceSegments"), ("*",)),
        "ReadsSecretSigningKey": (("ssm:GetParameter",), (key,)),
        "PutsOrders": (("dynamodb:PutItem",), (f"{TABLES}/orders-unit",)),
        "GetsBatchesOrders": (("dynamodb:BatchGetItem",), (f"{TABLES}/orders-unit",)),
    }


@pytest.mark.requirement("ALL-3")
def test_the_role_of_a_streams_consumer_may_read_that_stream_and_find_it() -> None:
    reads = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
    said = granted(samples.shipper)
    assert said["ReadsStreamOrders"] == (reads, (f"{TABLES}/orders-unit/stream/*",))
    assert said["ListsStreams"] == (("dynamodb:ListStreams",), ("*",))
    assert "ListsStreams" not in granted(samples.intake)


@pytest.mark.requirement("ALL-3")
def test_a_query_of_an_index_grants_the_index_and_not_its_table() -> None:
    index = f"{TABLES}/orders-unit/index/by-customer"
    assert granted(samples.shipper)["QueriesOrdersByCustomer"] == (("dynamodb:Query",), (index,))


@pytest.mark.requirement("ALL-3")
def test_a_queues_consumer_may_take_from_it_and_a_publisher_publish_to_its_topics() -> None:
    said = granted(samples.courier)
    receives = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
    assert said["ReceivesLabels"] == (receives, ("arn:aws:sqs:us-east-1:123456789012:labels-unit",))
    assert said["PublishesNews"] == (("sns:Publish",), ("arn:aws:sns:us-east-1:123456789012:news-unit",))
    assert said["DeletesParcels"] == (("dynamodb:DeleteItem",), (f"{TABLES}/parcels-unit",))
    assert not [name for name in said if "Token" in name]


@pytest.mark.requirement("ALL-3")
def test_every_verb_has_its_actions_and_none_is_wild() -> None:
    # What decrypts is granted with its key.
    assert set(GRANTS) == set(Access) - {Access.DECRYPTS}
    actions = [action for grant in (*GRANTS.values(), TRACES, LISTS_STREAMS) for action in grant.actions]
    assert not [action for action in actions if "*" in action]


def test_every_statement_has_an_alphanumeric_name_of_its_own() -> None:
    for function in samples.shop.functions:
        names = [one.sid for one in statements(NAMING, samples.shop, function)]
        assert all(name.isalnum() for name in names)
        assert len(set(names)) == len(names)


BUCKET = "arn:aws:s3:::inbound-goods-unit"


def of_receiving() -> dict[str, Mapping[str, object]]:
    return {one.sid: one.document() for one in statements(NAMING, samples.warehouse, samples.receiving)}


@pytest.mark.requirement("ALL-3", "MD-8")
def test_objects_are_read_and_written_under_their_prefix_alone() -> None:
    said = of_receiving()
    assert said["ReadsObjectsInboundGoods"]["Action"] == ["s3:GetObject", "s3:GetObjectVersion"]
    assert said["ReadsObjectsInboundGoods"]["Resource"] == [f"{BUCKET}/*"]
    assert said["WritesObjectsInboundGoodsReports"]["Action"] == ["s3:PutObject"]
    assert said["WritesObjectsInboundGoodsReports"]["Resource"] == [f"{BUCKET}/reports/*"]


@pytest.mark.requirement("ALL-3", "MD-8")
def test_metrics_are_put_into_the_systems_namespace_alone_and_events_on_the_bus_alone() -> None:
    said = of_receiving()
    assert said["PutsMetricsMetrics"]["Resource"] == ["*"]
    assert said["PutsMetricsMetrics"]["Condition"] == {"StringEquals": {"cloudwatch:namespace": "warehouse-unit"}}
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/movements-unit"
    assert (said["PutsEventsMovements"]["Action"], said["PutsEventsMovements"]["Resource"]) == (
        ["events:PutEvents"],
        [bus],
    )


@pytest.mark.requirement("MD-8")
def test_what_a_function_must_never_do_is_denied_whatever_else_allows_it() -> None:
    denials = {sid: said for sid, said in of_receiving().items() if said["Effect"] == "Deny"}
    assert {sid: said.get("Resource", said.get("NotResource")) for sid, said in denials.items()} == {
        "DeniesDeletesTableShelfState": [f"{TABLES}/ShelfState-unit"],
        "DeniesChangesBucketInboundGoods": [BUCKET],
        "DeniesWritesOutsideInboundGoodsReports": [f"{BUCKET}/reports/*"],
        "DeniesLeavesTLS": ["*"],
    }
    outside = denials["DeniesWritesOutsideInboundGoodsReports"]
    assert outside["Action"] == ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"]
    assert "Resource" not in outside
    assert denials["DeniesDeletesTableShelfState"]["Action"] == ["dynamodb:DeleteTable"]
    assert denials["DeniesLeavesTLS"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert not [said for sid, said in denials.items() if sid != "DeniesLeavesTLS" and "Condition" in said]


@pytest.mark.requirement("ALL-8", "PE-5")
def test_a_function_whose_successes_go_to_a_topic_may_publish_there() -> None:
    assert of_receiving()["PublishesStocked"]["Action"] == ["sns:Publish"]
