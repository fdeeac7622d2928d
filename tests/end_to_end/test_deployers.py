"""A deployer with its generated policy alone deploys its layer, and can do nothing else."""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from shared.layers import LAYERS
from tests.end_to_end.checkout import Checkout
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import Done, Environment

# The emulator judges these by no resource, where AWS takes that of what they are about.
WITHOUT_RESOURCE = {
    *("kms:CreateAlias", "kms:DeleteAlias"),
    *("dynamodb:ListTagsOfResource", "sns:ListTagsForResource"),
    *("events:CreateEventBus", "events:DeleteEventBus", "events:DescribeEventBus", "events:ListTagsForResource"),
    *("events:ListTargetsByRule", "events:PutTargets", "events:RemoveTargets"),
    *("lambda:CreateEventSourceMapping", "lambda:CreateFunction"),
    *("cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"),
    *("cloudwatch:DeleteDashboards", "cloudwatch:GetDashboard", "cloudwatch:PutDashboard"),
}
# And it takes the one for the other.
TAKEN_FOR = {"lambda:GetEventSourceMapping": "lambda:ListEventSourceMappings"}
# Statements of each layer's policy, by an action of theirs; what `data` does with keys the emulator does not judge.
SAMPLED = {
    "security": ("iam:CreateRole", "kms:Encrypt", "ssm:PutParameter"),
    "data": ("dynamodb:CreateTable", "s3:CreateBucket"),
    "messaging": ("events:CreateEventBus", "sns:CreateTopic", "sqs:CreateQueue"),
    "compute": ("events:PutRule", "lambda:CreateFunction", "logs:CreateLogGroup"),
    "api": ("apigateway:POST", "lambda:AddPermission", "logs:CreateLogGroup"),
    "observability": ("cloudwatch:PutDashboard", "cloudwatch:PutMetricAlarm", "logs:PutMetricFilter"),
}

TRUST = '{"Version":"2012-10-17","Statement":[]}'
FORBIDDEN: dict[str, tuple[str, Callable[[Any], object]]] = {
    "a role of another environment": (
        "iam",
        lambda iam: iam.create_role(RoleName="intake-elsewhere", AssumeRolePolicyDocument=TRUST),
    ),
    "the grants of a role of another environment": (
        "iam",
        lambda iam: iam.put_role_policy(RoleName="transaction-router-first", PolicyName="wide", PolicyDocument=TRUST),
    ),
    "its own rights": (
        "iam",
        lambda iam: iam.put_user_policy(UserName="security-deployer", PolicyName="wide", PolicyDocument=TRUST),
    ),
    "a queue": ("sqs", lambda sqs: sqs.create_queue(QueueName="queue-deployer")),
    "a table": ("dynamodb", lambda dynamodb: dynamodb.delete_table(TableName="transaction-events-first")),
    "the list of all roles": ("iam", lambda iam: iam.list_roles()),
}


class Deployer:
    """A user of the emulator's IAM that holds one layer's policy, and its environment."""

    def __init__(self, environment: Environment, layer: str) -> None:
        self.environment = environment
        self._layer = layer
        self._user = {"UserName": f"{layer}-deployer"}
        folder = environment.state / "policies"
        environment.run("deployer-policies", str(folder)).succeeded()
        self._statements: list[dict[str, Any]] = json.loads((folder / f"{layer}.json").read_text())["Statement"]
        self._iam = environment.client("iam")
        self._iam.create_user(**self._user)
        self._hold(self._statements)
        self._key = self._iam.create_access_key(**self._user)["AccessKey"]
        said = {"aws:accessKey": self._key["AccessKeyId"], "aws:secretKey": self._key["SecretAccessKey"]}
        for name, value in said.items():
            environment.pulumi(layer, "config", "set", "--plaintext", name, value).succeeded()

    def pulumi(self, command: str) -> Done:
        """The CLI in the layer's project, with the deployer's own credentials."""
        return self.environment.pulumi(self._layer, command, "--yes", "--skip-preview")

    @contextmanager
    def without(self, action: str) -> Generator[list[str]]:
        """Lacks the statement with the action for a while; all actions of the statement."""
        (lost,) = (one for one in self._statements if action in one["Action"])
        self._hold([one for one in self._statements if one is not lost])
        try:
            yield lost["Action"]
        finally:
            self._hold(self._statements)

    def client(self, service: str) -> Any:
        held = {"aws_access_key_id": self._key["AccessKeyId"], "aws_secret_access_key": self._key["SecretAccessKey"]}
        session: Any = boto3.Session()
        return session.client(service, endpoint_url=self.environment.endpoint.url, region_name="us-east-1", **held)

    def leave(self) -> None:
        self._iam.delete_access_key(**self._user, AccessKeyId=self._key["AccessKeyId"])
        self._iam.delete_user_policy(**self._user, PolicyName="deploys")
        self._iam.delete_user(**self._user)

    def _hold(self, statements: list[dict[str, Any]]) -> None:
        """Has these statements, and what the emulator needs for the same actions."""
        held = {action for one in statements for action in one["Action"]}
        needed = [*(held & WITHOUT_RESOURCE), *(TAKEN_FOR[action] for action in held & set(TAKEN_FOR))]
        gap = [{"Effect": "Allow", "Action": sorted(needed), "Resource": "*"}] if needed else []
        document = json.dumps({"Version": "2012-10-17", "Statement": [*statements, *gap]})
        self._iam.put_user_policy(**self._user, PolicyName="deploys", PolicyDocument=document)


@pytest.fixture(scope="module")
def deployers(checkout: Checkout, deployed: Deployed) -> Iterator[dict[str, Deployer]]:
    """One a layer, of an environment in which nothing is deployed."""
    environment = Environment(checkout, deployed.environment.state, "local-deployer")
    environment.run("preview-all").succeeded()
    made = {layer: Deployer(environment, layer) for layer in LAYERS}
    yield made
    for deployer in made.values():
        deployer.leave()


@pytest.mark.requirement("RP-6")
def test_each_policy_is_enough_to_deploy_and_to_destroy_its_layer_and_no_statement_too_much(
    deployers: dict[str, Deployer],
) -> None:
    for layer, deployer in deployers.items():
        for action in SAMPLED[layer]:
            with deployer.without(action) as lost:
                done = deployer.pulumi("up")
            assert done.status, f"without {action} {layer} is deployed"
            assert any(f"not authorized to perform: {one}" in done.said for one in lost), done.said
            deployer.pulumi("destroy").succeeded()
        assert "created" in deployer.pulumi("up").succeeded().said
    for deployer in reversed(deployers.values()):
        assert "deleted" in deployer.pulumi("destroy").succeeded().said


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_deployer_can_do_nothing_else(deployers: dict[str, Deployer], what: str) -> None:
    service, call = FORBIDDEN[what]
    with pytest.raises(ClientError) as refused:
        call(deployers["security"].client(service))
    assert refused.value.response.get("Error", {}).get("Code") in {"AccessDenied", "AccessDeniedException"}
