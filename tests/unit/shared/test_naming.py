"""Physical names and ARNs."""

import pytest

from tests.unit.shared import samples
from tests.unit.shared.samples import NAMING

HERE = "us-east-1:123456789012"
ARNS = [
    (samples.orders, f"arn:aws:dynamodb:{HERE}:table/orders-unit"),
    (samples.orders.index("by-customer"), f"arn:aws:dynamodb:{HERE}:table/orders-unit/index/by-customer"),
    (samples.labels, f"arn:aws:sqs:{HERE}:labels-unit"),
    (samples.labels.dead_letter_queue, f"arn:aws:sqs:{HERE}:labels-dlq-unit"),
    (samples.complaints, f"arn:aws:sns:{HERE}:complaints-unit"),
    (samples.intake, f"arn:aws:lambda:{HERE}:function:order-intake-unit"),
    (samples.intake.role, "arn:aws:iam::123456789012:role/order-intake-unit"),
    (samples.sweep, f"arn:aws:events:{HERE}:rule/sweep-unit"),
]


@pytest.mark.requirement("ALL-1")
@pytest.mark.parametrize(("element", "arn"), ARNS)
def test_an_arn_follows_from_the_name(element: object, arn: str) -> None:
    assert NAMING.arn(element) == arn


def test_what_bears_a_minted_id_has_no_arn() -> None:
    with pytest.raises(TypeError, match="no ARN is known for Api"):
        NAMING.arn(samples.shop_api)


def test_a_parameter_stands_in_its_systems_folder() -> None:
    assert NAMING.parameter_name(samples.shop, samples.key) == "/corner-shop/signing-key-unit"
    arn = f"arn:aws:ssm:{HERE}:parameter/corner-shop/signing-key-unit"
    assert NAMING.parameter_arn(samples.shop, samples.key) == arn


def test_a_key_is_found_by_its_alias() -> None:
    assert NAMING.key_alias(samples.seal) == "alias/seal-unit"


def test_log_groups_stand_where_their_services_look_for_them() -> None:
    group = NAMING.function_log_group(samples.intake)
    assert group == "/aws/lambda/order-intake-unit"
    assert NAMING.log_group_arn(group) == f"arn:aws:logs:{HERE}:log-group:/aws/lambda/order-intake-unit"
    assert NAMING.access_log_group(samples.shop_api) == "/aws/apigateway/shop-api-unit"


def test_a_streams_arn_ends_in_its_label() -> None:
    assert NAMING.stream_arn(samples.orders, "then") == f"arn:aws:dynamodb:{HERE}:table/orders-unit/stream/then"


def test_a_queues_url_is_of_its_region_and_account() -> None:
    assert NAMING.queue_url(samples.labels) == "https://sqs.us-east-1.amazonaws.com/123456789012/labels-unit"


def test_an_integration_invokes_a_function_by_its_path() -> None:
    path = f"path/2015-03-31/functions/arn:aws:lambda:{HERE}:function:order-intake-unit/invocations"
    assert NAMING.invoke_arn(samples.intake) == f"arn:aws:apigateway:us-east-1:lambda:{path}"


def test_an_invocation_by_an_api_comes_from_one_method() -> None:
    arn = f"arn:aws:execute-api:{HERE}:abc/v1/POST/webhook"
    assert NAMING.execution_arn("abc", "v1", "POST", "/webhook") == arn
