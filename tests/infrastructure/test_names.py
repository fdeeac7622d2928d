"""Physical names: the environment's suffix on each, and none twice."""

from collections import Counter

import pytest

from shared.layers import LAYERS
from tests.infrastructure.engine import Environment, Registered, deployed

# Models are alphanumeric, and a stage's name is part of the API that bears the suffix.
EXEMPT_TYPES = {"aws:apigateway/model:Model", "aws:apigateway/stage:Stage"}
# API Gateway itself chooses the name of the group of an API's execution errors.
AWS_OWN = "API-Gateway-Execution-Logs_"
IDENTIFIERS = ("name", "targetId", "statementId", "dashboardName")


def physical_names(environment: Environment) -> list[tuple[str, str, str]]:
    """Type, identifying property and value of every name that the programs choose."""
    return [
        (resource.type, key, resource.inputs[key])
        for resource in environment.resources
        if resource.type not in EXEMPT_TYPES
        for key in IDENTIFIERS
        if key in resource.inputs and not str(resource.inputs[key]).startswith(AWS_OWN)
    ]


@pytest.mark.requirement("ALL-1")
def test_every_physical_name_ends_in_the_suffix(environment: Environment) -> None:
    names = physical_names(environment)
    assert names
    assert [name for name in names if not name[2].endswith(f"-{environment.suffix}")] == []


@pytest.mark.requirement("ALL-1")
def test_nothing_that_has_a_name_is_left_to_be_named_by_chance(environment: Environment) -> None:
    nameable = {
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:ssm/parameter:Parameter",
        "aws:kms/alias:Alias",
        "aws:sns/topic:Topic",
        "aws:dynamodb/table:Table",
        "aws:sqs/queue:Queue",
        "aws:lambda/function:Function",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        "aws:apigateway/restApi:RestApi",
        "aws:apigateway/requestValidator:RequestValidator",
        "aws:apigateway/model:Model",
    }
    nameless = [one.urn for one in environment.resources if one.type in nameable and not one.inputs.get("name")]
    assert nameless == []


@pytest.mark.requirement("ALL-1")
def test_two_environments_of_one_account_share_no_physical_name() -> None:
    shared = set(physical_names(deployed("dev"))) & set(physical_names(deployed("prod")))
    assert shared == set()


def test_no_physical_name_is_given_twice(environment: Environment) -> None:
    assert [name for name, count in Counter(physical_names(environment)).items() if count > 1] == []


@pytest.mark.parametrize("layer", LAYERS)
def test_no_two_resources_of_a_layer_have_one_urn(environment: Environment, layer: str) -> None:
    urns = Counter(resource.urn for resource in environment.layers[layer].resources)
    assert [urn for urn, count in urns.items() if count > 1] == []


def test_an_execution_log_group_bears_the_id_of_its_api(environment: Environment) -> None:
    apis: list[Registered] = environment.of("apigateway/restApi:RestApi")
    groups = {group.inputs["name"] for group in environment.of("cloudwatch/logGroup:LogGroup")}
    assert {f"{AWS_OWN}{api.outputs['id']}/v1" for api in apis} <= groups
