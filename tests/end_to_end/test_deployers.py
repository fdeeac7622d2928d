"""A deployer with its generated policy alone deploys its layer, and can do nothing else."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.end_to_end.checkout import Checkout
from tests.end_to_end.deployed import Deployed
from tests.end_to_end.environment import ACCOUNT, Environment

USER = "security-deployer"

# The emulator judges these by no resource, where AWS takes an alias's and a key's.
GAP = {"Effect": "Allow", "Action": ["kms:CreateAlias", "kms:DeleteAlias"], "Resource": "*"}

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
        lambda iam: iam.put_user_policy(UserName=USER, PolicyName="wide", PolicyDocument=TRUST),
    ),
    "a queue": ("sqs", lambda sqs: sqs.create_queue(QueueName="queue-deployer")),
    "a table": ("dynamodb", lambda dynamodb: dynamodb.delete_table(TableName="transaction-events-first")),
    "the list of all roles": ("iam", lambda iam: iam.list_roles()),
}


class Deployer:
    """A user of the emulator's IAM that holds one policy, and its environment."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        folder = environment.state / "policies"
        environment.run("deployer-policies", str(folder)).succeeded()
        document = json.loads((folder / "security.json").read_text())
        document["Statement"].append(GAP)
        iam = environment.client("iam")
        iam.create_user(UserName=USER)
        iam.put_user_policy(UserName=USER, PolicyName="deploys", PolicyDocument=json.dumps(document))
        self._key = iam.create_access_key(UserName=USER)["AccessKey"]

    def pulumi(self, *arguments: str) -> str:
        """The CLI in the security project, with the deployer's own credentials."""
        said = {"aws:accessKey": self._key["AccessKeyId"], "aws:secretKey": self._key["SecretAccessKey"]}
        for name, value in said.items():
            self.environment.pulumi("security", "config", "set", "--plaintext", name, value).succeeded()
        return self.environment.pulumi("security", *arguments, "--yes", "--skip-preview").succeeded().said

    def client(self, service: str) -> Any:
        held = {"aws_access_key_id": self._key["AccessKeyId"], "aws_secret_access_key": self._key["SecretAccessKey"]}
        session: Any = boto3.Session()
        return session.client(service, endpoint_url=self.environment.endpoint.url, region_name="us-east-1", **held)

    def leave(self) -> None:
        iam = self.environment.client("iam")
        iam.delete_access_key(UserName=USER, AccessKeyId=self._key["AccessKeyId"])
        iam.delete_user_policy(UserName=USER, PolicyName="deploys")
        iam.delete_user(UserName=USER)


@pytest.fixture(scope="module")
def deployer(checkout: Checkout, deployed: Deployed) -> Iterator[Deployer]:
    environment = Environment(checkout, deployed.environment.state, "local-deployer")
    environment.run("preview", "security").succeeded()
    deployer = Deployer(environment)
    yield deployer
    deployer.leave()


@pytest.mark.requirement("RP-6")
def test_the_policy_is_enough_to_deploy_and_to_destroy_the_layer(deployer: Deployer) -> None:
    assert "created" in deployer.pulumi("up")
    role = deployer.environment.named("transaction-router")
    arn = deployer.environment.client("iam").get_role(RoleName=role)["Role"]["Arn"]
    assert arn == f"arn:aws:iam::{ACCOUNT}:role/{role}"
    assert "deleted" in deployer.pulumi("destroy")


@pytest.mark.requirement("RP-6")
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_deployer_can_do_nothing_else(deployer: Deployer, what: str) -> None:
    service, call = FORBIDDEN[what]
    with pytest.raises(ClientError) as refused:
        call(deployer.client(service))
    assert refused.value.response.get("Error", {}).get("Code") in {"AccessDenied", "AccessDeniedException"}
