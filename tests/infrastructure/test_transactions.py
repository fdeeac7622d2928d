"""The transactions system, by its own requirements."""

import json

import pytest

from tests.infrastructure.engine import Environment

ROUTED = ("payments-queue", "refunds-queue", "disputes-queue")
SEVEN_DAYS = 604_800


@pytest.mark.requirement("TX-1")
def test_the_webhook_api_takes_post_webhook_at_a_thousand_a_second(environment: Environment) -> None:
    api = environment.the("apigateway/restApi:RestApi", f"webhook-api-{environment.suffix}").outputs["id"]
    (method,) = (one.inputs for one in environment.of("apigateway/method:Method") if one.inputs["restApi"] == api)
    (path,) = (one for one in environment.of("apigateway/resource:Resource") if one.inputs["restApi"] == api)
    (settings,) = (
        one.inputs["settings"]
        for one in environment.of("apigateway/methodSettings:MethodSettings")
        if one.inputs["restApi"] == api
    )
    assert (method["httpMethod"], method["resourceId"], path.inputs["pathPart"]) == (
        "POST",
        path.outputs["id"],
        "webhook",
    )
    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (1_000, 1_000)


@pytest.mark.requirement("TX-1")
def test_a_webhook_must_have_the_four_fields(environment: Environment) -> None:
    api = environment.the("apigateway/restApi:RestApi", f"webhook-api-{environment.suffix}").outputs["id"]
    (model,) = (one.inputs for one in environment.of("apigateway/model:Model") if one.inputs["restApi"] == api)
    assert {"event_id", "transaction_type", "amount", "timestamp"} <= set(json.loads(model["schema"])["required"])


@pytest.mark.requirement("TX-2", "TX-4")
@pytest.mark.parametrize("name", ["webhook-validator", "transaction-router"])
def test_the_functions_bear_the_names_asked_for(environment: Environment, name: str) -> None:
    assert environment.the("lambda/function:Function", f"{name}-{environment.suffix}")


@pytest.mark.requirement("TX-3")
def test_the_table_of_processed_events_is_keyed_by_event_and_forgets(environment: Environment) -> None:
    table = environment.the("dynamodb/table:Table", f"transaction-events-{environment.suffix}").inputs
    assert (table["hashKey"], table.get("rangeKey")) == ("event_id", None)
    assert table["ttl"] == {"attributeName": "expires_at", "enabled": True}


@pytest.mark.requirement("TX-5")
@pytest.mark.parametrize("name", [*ROUTED, *(f"{name}-dlq" for name in ROUTED)])
def test_the_routed_queues_and_their_dead_letter_queues_keep_seven_days_under_the_aws_managed_key(
    environment: Environment, name: str
) -> None:
    queue = environment.the("sqs/queue:Queue", f"{name}-{environment.suffix}").inputs
    assert queue["messageRetentionSeconds"] == SEVEN_DAYS
    assert queue["kmsMasterKeyId"] == "alias/aws/sqs"


@pytest.mark.requirement("TX-6")
def test_all_logs_are_kept_for_thirty_days(environment: Environment) -> None:
    groups = [one.inputs for one in environment.of("cloudwatch/logGroup:LogGroup")]
    assert {one["retentionInDays"] for one in groups if one["tags"]["System"] == "transactions"} == {30}


@pytest.mark.requirement("TX-6")
def test_queue_urls_and_table_names_reach_the_functions_as_variables(environment: Environment) -> None:
    router = environment.the("lambda/function:Function", f"transaction-router-{environment.suffix}").inputs
    validator = environment.the("lambda/function:Function", f"webhook-validator-{environment.suffix}").inputs
    host = f"https://sqs.us-east-1.amazonaws.com/{environment.account_id}"
    said = router["environment"]["variables"]
    for name in ROUTED:
        assert said[f"{name.replace('-', '_').upper()}_URL"] == f"{host}/{name}-{environment.suffix}"
    for variables in (said, validator["environment"]["variables"]):
        assert variables["TRANSACTION_EVENTS_TABLE"] == f"transaction-events-{environment.suffix}"


@pytest.mark.requirement("TX-7")
def test_the_router_is_fed_by_the_unrouted_and_sweeps_an_index_of_them(environment: Environment) -> None:
    table = environment.the("dynamodb/table:Table", f"transaction-events-{environment.suffix}").inputs
    (mapping,) = (
        one.inputs
        for one in environment.of("lambda/eventSourceMapping:EventSourceMapping")
        if one.inputs["functionName"] == f"transaction-router-{environment.suffix}"
    )
    (index,) = table["globalSecondaryIndexes"]
    keys = [(key["attributeName"], key["keyType"]) for key in index["keySchemas"]]
    assert (index["name"], keys) == ("unrouted-index", [("unrouted", "HASH"), ("received_at", "RANGE")])
    assert table["streamViewType"] == "NEW_IMAGE"
    (wanted,) = mapping["filterCriteria"]["filters"]
    assert json.loads(wanted["pattern"]) == {"dynamodb": {"NewImage": {"unrouted": {"S": [{"exists": True}]}}}}
    assert environment.the("cloudwatch/eventRule:EventRule", f"transaction-sweep-{environment.suffix}")


@pytest.mark.requirement("TX-9")
def test_the_api_url_the_function_arns_and_the_queue_urls_are_exported(environment: Environment) -> None:
    outputs = {key: value for layer in environment.layers.values() for key, value in layer.outputs.items()}
    assert outputs["webhook_api_url"].startswith("https://")
    for name in ("webhook_validator", "transaction_router"):
        assert outputs[f"{name}_function_arn"].startswith("arn:aws:lambda:")
    for name in ROUTED:
        assert outputs[f"{name.replace('-', '_')}_url"].startswith("https://sqs.")
