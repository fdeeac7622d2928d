"""Buckets, buses, rules on events, logs that run functions, and routes that do not wait."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import shared.components.rest_api
import shared.packaging
from shared.layers import LAYERS
from shared.packaging import Bundle
from tests.infrastructure.engine import Environment, Layer, Registered, account_of, describe, run_layer
from tests.unit.shared import samples

GOODS = {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}}


@pytest.fixture(scope="module")
def depot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """All layers of a system that files and events run."""
    services = tmp_path_factory.mktemp("services")
    (services / "warehouse").mkdir()
    (services / "warehouse" / "goods.json").write_text(json.dumps(GOODS))
    code = services / "bundle.zip"
    code.touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shared.components.rest_api, "SERVICES", services)
        patched.setattr(shared.packaging, "bundle_of", lambda *_: Bundle(code, "0", "services.warehouse"))
        describe(patched, samples.warehouse)
        made: dict[str, Layer] = {}
        for layer in LAYERS:
            made[layer] = run_layer(layer, "prod", {name: done.outputs for name, done in made.items()})
        yield Environment("prod", account_of("prod"), made)


def the(depot: Environment, type_: str, name: str) -> Mapping[str, Any]:
    (found,) = (one for one in depot.of(type_) if one.name == name)
    return found.inputs


def function_arn(depot: Environment, name: str) -> str:
    return f"arn:aws:lambda:us-east-1:{depot.account_id}:function:{name}-prod"


def permissions(depot: Environment, function: str) -> set[tuple[str, str, str | None]]:
    return {
        (one.inputs["principal"], one.inputs["sourceArn"], one.inputs.get("sourceAccount"))
        for one in depot.of("lambda/permission:Permission")
        if one.inputs["function"] == f"{function}-prod"
    }


@pytest.mark.requirement("MD-1", "ALL-9", "ALL-1")
def test_a_bucket_is_private_versioned_encrypted_emptied_on_destroy_and_keeps_nothing_for_ever(
    depot: Environment,
) -> None:
    bucket = the(depot, "s3/bucket:Bucket", "inbound-goods")
    assert (bucket["bucket"], bucket["forceDestroy"]) == ("inbound-goods-prod", True)
    blocked = the(depot, "s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "inbound-goods")
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [blocked[name] for name in names] == [True] * 4
    type_ = "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    (rule,) = the(depot, type_, "inbound-goods")["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}
    versioning = the(depot, "s3/bucketVersioning:BucketVersioning", "inbound-goods")
    assert versioning["versioningConfiguration"] == {"status": "Enabled"}
    (expiry,) = the(depot, "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "inbound-goods")["rules"]
    assert expiry["status"] == "Enabled"
    assert expiry["expiration"] == {"days": 7}
    assert expiry["noncurrentVersionExpiration"] == {"noncurrentDays": 7}
    assert expiry["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}


@pytest.mark.requirement("MD-1")
def test_a_bucket_and_its_objects_are_reached_over_tls_alone(depot: Environment) -> None:
    said = json.loads(the(depot, "s3/bucketPolicy:BucketPolicy", "inbound-goods")["policy"])["Statement"]
    assert {statement["Resource"][0] for statement in said} == {
        "arn:aws:s3:::inbound-goods-prod",
        "arn:aws:s3:::inbound-goods-prod/*",
    }
    for statement in said:
        assert (statement["Effect"], statement["Action"]) == ("Deny", ["s3:*"])
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.requirement("MD-4", "ALL-8")
def test_new_objects_run_the_function_that_admits_this_bucket_of_this_account_alone(depot: Environment) -> None:
    notification = the(depot, "s3/bucketNotification:BucketNotification", "inbound-goods-objects")
    assert notification["bucket"] == "inbound-goods-prod"
    assert [(one["filterSuffix"], one["events"]) for one in notification["lambdaFunctions"]] == [
        (".csv", ["s3:ObjectCreated:*"]),
        (".csv.gz", ["s3:ObjectCreated:*"]),
    ]
    arn = function_arn(depot, "GoodsReceiving")
    assert {one["lambdaFunctionArn"] for one in notification["lambdaFunctions"]} == {arn}
    bucket = "arn:aws:s3:::inbound-goods-prod"
    assert ("s3.amazonaws.com", bucket, depot.account_id) in permissions(depot, "GoodsReceiving")


@pytest.mark.requirement("MD-6", "ALL-8")
def test_events_that_fit_run_their_function_for_a_day_of_retries_and_then_go_to_the_rules_queue(
    depot: Environment,
) -> None:
    assert the(depot, "cloudwatch/eventBus:EventBus", "movements")["name"] == "movements-prod"
    rule = the(depot, "cloudwatch/eventRule:EventRule", "arrivals")
    assert (rule["name"], rule["eventBusName"]) == ("arrivals-prod", "movements-prod")
    assert json.loads(rule["eventPattern"]) == samples.arrived.pattern
    assert "scheduleExpression" not in rule
    target = the(depot, "cloudwatch/eventTarget:EventTarget", "arrivals")
    assert (target["eventBusName"], target["arn"]) == ("movements-prod", function_arn(depot, "stocking"))
    assert "input" not in target
    assert target["retryPolicy"] == {"maximumEventAgeInSeconds": 86_400, "maximumRetryAttempts": 185}
    assert target["deadLetterConfig"]["arn"].endswith(":arrivals-dlq-prod")
    source = f"arn:aws:events:us-east-1:{depot.account_id}:rule/movements-prod/arrivals-prod"
    assert ("events.amazonaws.com", source, None) in permissions(depot, "stocking")
    (policy,) = (one for one in depot.of("sqs/queuePolicy:QueuePolicy") if one.name == "arrivals-dlq")
    sends = json.loads(policy.inputs["policy"])["Statement"][1]
    assert sends["Condition"] == {"ArnEquals": {"aws:SourceArn": source}}


@pytest.mark.requirement("PE-7")
def test_log_events_that_fit_run_a_function_that_admits_these_log_groups_alone(depot: Environment) -> None:
    filters = depot.of("cloudwatch/logSubscriptionFilter:LogSubscriptionFilter")
    groups = [f"/aws/lambda/{name}-prod" for name in ("GoodsReceiving", "stocking")]
    assert sorted(one.inputs["logGroup"] for one in filters) == groups
    for one in filters:
        assert (one.inputs["filterPattern"], one.inputs["destinationArn"]) == ("ERROR", function_arn(depot, "watching"))
        assert one.inputs["name"].endswith("-prod")
    logs = f"arn:aws:logs:us-east-1:{depot.account_id}:log-group:"
    assert permissions(depot, "watching") == {("logs.amazonaws.com", f"{logs}{g}:*", depot.account_id) for g in groups}


@pytest.mark.requirement("PE-1", "ALL-8")
def test_a_route_that_does_not_wait_hands_over_the_very_bytes_and_answers_202(depot: Environment) -> None:
    integration = the(depot, "apigateway/integration:Integration", "WarehouseAPI-post-goods")
    assert (integration["type"], integration["passthroughBehavior"]) == ("AWS", "NEVER")
    invocation = integration["requestParameters"]["integration.request.header.X-Amz-Invocation-Type"]
    assert invocation == "'Event'"
    assert list(integration["requestTemplates"]) == ["application/json"]
    template = integration["requestTemplates"]["application/json"]
    event = json.loads(template.replace("$context.requestTimeEpoch", "1700000000000"))
    assert (event["body"], event["isBase64Encoded"]) == ("$util.base64Encode($input.body)", True)
    assert event["requestContext"] == {"requestId": "$context.requestId", "requestTimeEpoch": 1700000000000}
    for name in ("X-Webhook-Timestamp", "X-Webhook-Signature", "X-Correlation-Id"):
        written = [f"$!util.escapeJavaScript($input.params().header.get('{found}'))" for found in (name, name.lower())]
        assert event["headers"][name] == "".join(written)
    answer = the(depot, "apigateway/integrationResponse:IntegrationResponse", "WarehouseAPI-post-goods")
    assert answer["statusCode"] == "202"
    said = json.loads(answer["responseTemplates"]["application/json"])
    assert said == {"message": "accepted", "request_id": "$context.requestId"}
    assert the(depot, "apigateway/methodResponse:MethodResponse", "WarehouseAPI-post-goods")["statusCode"] == "202"
    waiting = the(depot, "apigateway/integration:Integration", "WarehouseAPI-post-goods-count")
    assert waiting["type"] == "AWS_PROXY"


@pytest.mark.requirement("PE-5", "PE-4")
def test_what_an_asynchronous_invocation_returns_goes_to_its_topic_and_what_fails_to_its_queue(
    depot: Environment,
) -> None:
    config = the(depot, "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "GoodsReceiving")
    topic, queue = (
        f"arn:aws:{service}:us-east-1:{depot.account_id}:{name}-prod"
        for service, name in (("sns", "stocked"), ("sqs", "GoodsReceiving-failures"))
    )
    assert config["destinationConfig"] == {"onSuccess": {"destination": topic}, "onFailure": {"destination": queue}}
    others = the(depot, "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "stocking")
    assert "onSuccess" not in others["destinationConfig"]
    assert the(depot, "sqs/queue:Queue", "GoodsReceiving-failures")["messageRetentionSeconds"] == 4 * 86_400


@pytest.mark.requirement("MD-11")
def test_a_route_lets_in_whom_it_says(depot: Environment) -> None:
    assert the(depot, "apigateway/method:Method", "WarehouseAPI-post-goods-count")["authorization"] == "AWS_IAM"
    assert the(depot, "apigateway/method:Method", "WarehouseAPI-post-goods")["authorization"] == "NONE"


def test_routes_share_the_resources_of_their_paths_beginnings(depot: Environment) -> None:
    resources = {one.name: one for one in depot.of("apigateway/resource:Resource")}
    assert {name: one.inputs["pathPart"] for name, one in resources.items()} == {
        "WarehouseAPI-goods": "goods",
        "WarehouseAPI-goods-count": "count",
    }
    assert resources["WarehouseAPI-goods-count"].inputs["parentId"] == resources["WarehouseAPI-goods"].outputs["id"]


@pytest.mark.requirement("ALL-10", "MD-9")
def test_a_systems_own_tags_win_over_what_every_systems_say_and_each_is_a_cost_center(
    depot: Environment,
) -> None:
    tagged: list[Registered] = [
        one for one in depot.resources if one.inputs.get("tags", {}).get("System") == "warehouse"
    ]
    assert len(tagged) > 10
    for one in tagged:
        assert (one.inputs["tags"]["Project"], one.inputs["tags"]["Owner"]) == ("Storage", "depot")
        assert one.inputs["tags"]["CostCenter"] == "warehouse"
