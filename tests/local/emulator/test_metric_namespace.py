"""Gap: a grant to put metrics into one namespace holds for it alone."""

from typing import Any

import pytest

from local.emulator.gaps.condition_keys import request
from local.emulator.gaps.metric_namespace import namespace
from tests.local.emulator.cloud import Cloud

PUTS = """
import boto3
def handler(event, context):
    boto3.client('cloudwatch').put_metric_data(Namespace=event, MetricData=[{'MetricName': 'Orders', 'Value': 1}])
    return 'put'
"""
GRANT = {
    "Effect": "Allow",
    "Action": "cloudwatch:PutMetricData",
    "Resource": "*",
    "Condition": {"StringEquals": {"cloudwatch:namespace": "shop"}},
}


def put(cloud: Cloud, into: str) -> Any:
    return cloud.invoke(cloud.function(PUTS, role=cloud.role(GRANT), Timeout=20), into)


def test_metrics_go_into_the_namespace_that_is_granted(cloud: Cloud, plain_cloud: Cloud) -> None:
    assert put(cloud, "shop") == ("put", None)
    assert put(plain_cloud, "shop")[1] == "Unhandled"


def test_metrics_go_into_no_other(cloud: Cloud) -> None:
    payload, _ = put(cloud, "shop-elsewhere")
    assert "not authorized to perform: cloudwatch:PutMetricData" in payload["errorMessage"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xa1", b'{"Namespace": ""}'])
def test_what_names_no_namespace_has_no_key(body: bytes) -> None:
    assert namespace(request(body)) == {}
