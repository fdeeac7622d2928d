"""The roles against everything that is deployed: no grant dangles, and no use lacks its grant."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from shared.grants import GRANTS
from shared.key_use import key_uses
from shared.model import Ciphertext, Function, Index, Objects, OwnMetrics, SecretParameter
from shared.naming import Naming
from tests.infrastructure.documents import granted, grants_of, statements
from tests.infrastructure.engine import SYSTEMS, Environment, Registered
from tests.infrastructure.fake_aws import REGION, STREAM_LABEL

# The Service Authorization Reference lists these actions without a resource type.
WITHOUT_RESOURCE = {
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    "dynamodb:ListStreams",
    "cloudwatch:PutMetricData",
}
# The ends of ARNs that come to be at run time: a log stream, a DynamoDB stream's label, an object's key.
MINTED_ENDS = (
    dict.fromkeys(("logs:CreateLogStream", "logs:PutLogEvents"), ":*")
    | dict.fromkeys(("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"), "/stream/*")
    | dict.fromkeys(("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"), "*")
)


PREFIXES = {
    use.target.prefix
    for system in SYSTEMS
    for function in system.functions
    for use in function.uses
    if isinstance(use.target, Objects)
}


def arns(environment: Environment) -> set[str]:
    """ARNs of all that is deployed, with indexes, streams and one log stream a group."""
    found = {resource.outputs["arn"] for resource in environment.resources if "arn" in resource.outputs}
    for table in environment.of("dynamodb/table:Table"):
        arn = table.outputs["arn"]
        found |= {f"{arn}/index/{index['name']}" for index in table.inputs.get("globalSecondaryIndexes", [])}
        found |= {table.outputs["streamArn"]} if "streamArn" in table.outputs else set()
    found |= {
        f"{bucket.outputs['arn']}/{prefix}key" for bucket in environment.of("s3/bucket:Bucket") for prefix in PREFIXES
    }
    return found | {f"{group.outputs['arn']}:stream" for group in environment.of("cloudwatch/logGroup:LogGroup")}


@pytest.mark.requirement("ALL-3")
def test_no_grant_dangles(environment: Environment) -> None:
    deployed = arns(environment)
    dangling = {
        (action, resource)
        for action, resource in granted(environment)
        if resource != "*" and not any(fnmatchcase(arn, resource) for arn in deployed)
    }
    assert dangling == set()


@pytest.mark.requirement("ALL-3")
def test_a_wildcard_stands_only_where_aws_gives_no_choice(environment: Environment) -> None:
    wild = {
        (action, resource)
        for action, resource in granted(environment)
        if "*" in resource.removesuffix(MINTED_ENDS.get(action, "\0")) and action not in WITHOUT_RESOURCE
    }
    assert wild == set()
    assert not [action for action, _ in granted(environment) if "*" in action]


@pytest.mark.requirement("ALL-3")
def test_an_action_without_a_resource_type_stands_in_a_statement_of_such_actions_alone(
    environment: Environment,
) -> None:
    for policy in environment.of("iam/rolePolicy:RolePolicy"):
        for statement in statements(policy):
            if statement["Effect"] == "Allow" and statement["Resource"] == ["*"]:
                assert set(statement["Action"]) <= WITHOUT_RESOURCE
                # Nothing but a namespace limits what is put.
                limited = "cloudwatch:namespace" in statement.get("Condition", {}).get("StringEquals", {})
                assert limited or "cloudwatch:PutMetricData" not in statement["Action"]


@pytest.mark.requirement("ALL-3")
def test_every_use_has_a_statement_and_no_statement_is_without_a_use(environment: Environment) -> None:
    naming = Naming(environment.suffix, REGION, environment.account_id)
    keys = {key.name: key.outputs["arn"] for key in environment.of("kms/key:Key")}
    for system in SYSTEMS:
        for function in system.functions:
            role = grants_of(environment, naming.arn(function.role))
            said = [(s["Action"], s["Resource"]) for s in role if s["Effect"] == "Allow"]
            uses = [
                (list(GRANTS[use.access].actions), list(GRANTS[use.access].resources(naming, system, use)))
                for use in function.accesses
                if not isinstance(use.target, Ciphertext)
            ]
            uses += [
                (list(use.actions), [keys[use.key.name]])
                for use in key_uses(naming, environment.name, system, function)
            ]
            logs = f"{naming.log_group_arn(naming.function_log_group(function))}:*"
            uses += [(["logs:CreateLogStream", "logs:PutLogEvents"], [logs])]
            uses += [(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"])]
            uses += [(["dynamodb:ListStreams"], ["*"])] * any(function.streams)
            assert sorted(said) == sorted(uses)


@pytest.mark.requirement("ALL-3")
def test_every_function_has_a_role_of_its_own_that_only_lambda_assumes(environment: Environment) -> None:
    roles = [function.inputs["role"] for function in environment.of("lambda/function:Function")]
    made = {
        role.outputs["arn"]: json.loads(role.inputs["assumeRolePolicy"]) for role in environment.of("iam/role:Role")
    }
    assert sorted(roles) == sorted(made)
    for document in made.values():
        (statement,) = document["Statement"]
        assert (statement["Action"], statement["Principal"]) == (
            ["sts:AssumeRole"],
            {"Service": "lambda.amazonaws.com"},
        )


@pytest.mark.requirement("ALL-3", "TX-6")
def test_every_element_that_a_variable_names_is_granted_to_the_function(environment: Environment) -> None:
    elements = addresses(environment)
    named = 0
    for function in environment.of("lambda/function:Function"):
        resources = [
            arn for statement in grants_of(environment, function.inputs["role"]) for arn in statement["Resource"]
        ]
        for name, value in function.inputs["environment"]["variables"].items():
            # A namespace of metrics may bear a bucket's name.
            if not name.startswith("POWERTOOLS_") and (arn := elements.get(value)):
                named += 1
                assert any(one == arn or one.startswith(f"{arn}/") for one in resources), (function.name, value)
    assert named


@pytest.mark.requirement("ALL-3", "TX-6")
def test_every_use_reaches_its_function_as_a_variable(environment: Environment) -> None:
    elements = addresses(environment)
    naming = Naming(environment.suffix, REGION, environment.account_id)
    for system in SYSTEMS:
        for function in system.functions:
            made = environment.the("lambda/function:Function", naming.name(function))
            reached = {elements.get(value) for value in made.inputs["environment"]["variables"].values()}
            needed = {
                naming.arn(element_of(use.target))
                for use in function.uses
                if not isinstance(use.target, Ciphertext | OwnMetrics | SecretParameter)
            }
            needed |= {naming.parameter_arn(system, secret) for secret in secrets_of(function)}
            assert needed <= reached


@pytest.mark.requirement("ALL-3")
def test_every_trigger_reads_what_its_function_is_granted(environment: Environment) -> None:
    functions = {one.inputs["name"]: one for one in environment.of("lambda/function:Function")}
    for mapping in environment.of("lambda/eventSourceMapping:EventSourceMapping"):
        source = mapping.inputs["eventSourceArn"]
        role = functions[mapping.inputs["functionName"]].inputs["role"]
        resources = [arn for statement in grants_of(environment, role) for arn in statement["Resource"]]
        assert source.endswith(STREAM_LABEL) or ":sqs:" in source
        assert any(fnmatchcase(source, resource) for resource in resources if resource != "*")


@pytest.mark.requirement("ALL-3", "ALL-8")
def test_a_function_in_whose_name_lambda_dead_letters_is_granted_to_send_there(environment: Environment) -> None:
    roles = {one.inputs["name"]: one.inputs["role"] for one in environment.of("lambda/function:Function")}
    configs = environment.of("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    mappings = environment.of("lambda/eventSourceMapping:EventSourceMapping")
    # A queue dead-letters by itself, in nobody's name.
    streams = [one for one in mappings if "/stream/" in one.inputs["eventSourceArn"]]
    assert configs
    assert streams
    for edge in (*configs, *streams):
        (queue,) = edge.inputs["destinationConfig"]["onFailure"].values()
        said = [
            (s["Effect"], s["Action"], s["Resource"])
            for s in grants_of(environment, roles[edge.inputs["functionName"]])
        ]
        assert ("Allow", ["sqs:SendMessage"], [queue]) in said


def test_a_preview_knows_every_policy_document_whole(cold_preview: list[Registered]) -> None:
    kinds = ("iam/rolePolicy:RolePolicy", "kms/key:Key", "sns/topicPolicy:TopicPolicy", "sqs/queuePolicy:QueuePolicy")
    policies = {kind: [one for one in cold_preview if one.type == f"aws:{kind}"] for kind in kinds}
    assert all(policies.values())
    for policy in (policy for kind in policies.values() for policy in kind):
        assert policy.inputs.get("policy"), policy.urn


def addresses(environment: Environment) -> dict[str, str]:
    """What a variable may say of an element, with the element's ARN."""
    named = [*environment.of("dynamodb/table:Table"), *environment.of("ssm/parameter:Parameter")]
    queues = environment.of("sqs/queue:Queue")
    topics = environment.of("sns/topic:Topic")
    named += environment.of("cloudwatch/eventBus:EventBus")
    return (
        {bucket.inputs["bucket"]: bucket.outputs["arn"] for bucket in environment.of("s3/bucket:Bucket")}
        | {one.inputs["name"]: one.outputs["arn"] for one in named}
        | {queue.outputs["url"]: queue.outputs["arn"] for queue in queues}
        | {topic.outputs["arn"]: topic.outputs["arn"] for topic in topics}
    )


def element_of(target: Any) -> Any:
    """The element that a variable names: an index's table, the objects' bucket."""
    match target:
        case Index(table=table):
            return table
        case Objects(bucket=bucket):
            return bucket
        case element:
            return element


def secrets_of(function: Function) -> list[SecretParameter]:
    return [use.target for use in function.uses if isinstance(use.target, SecretParameter)]
