"""Short ways to put resources into an emulator."""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import boto3

from local.emulator import Endpoint

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                                                 "Action": "sts:AssumeRole"}]}  # fmt: skip


class Cloud:
    """Clients of one emulator, as its administrator, and what the tests make with them."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                endpoint_url=self.endpoint.url,
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
        return self._clients[service]

    def role(self, *statements: dict[str, Any]) -> str:
        """The ARN of a new role with just these statements."""
        name = _name("role")
        iam = self.client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        if statements:
            policy = {"Version": "2012-10-17", "Statement": list(statements)}
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        return arn

    def function(self, code: str, *, role: str | None = None, **settings: Any) -> str:
        """The name of a new function whose module `index` is `code`."""
        name = _name("function")
        self.client("lambda").create_function(
            FunctionName=name, Runtime="python3.11", Role=role or self.role(), Handler="index.handler",
            Code={"ZipFile": package(code)}, **settings,
        )  # fmt: skip
        eventually(lambda: self.client("lambda").get_function_configuration(FunctionName=name)["State"] == "Active")
        return name

    def invoke(self, function: str, event: Any = None) -> tuple[Any, str | None]:
        """(the payload, the kind of function error or None)."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read() or "null"), answer.get("FunctionError")

    def log(self, function: str) -> list[str]:
        """Every line in the function's log group; none before its first invocation has made the group."""
        logs = self.client("logs")
        try:
            events = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in events]

    def queue(self, **attributes: str) -> tuple[str, str]:
        """(URL, ARN) of a new queue."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=_name("queue"), Attributes=attributes)["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def messages(self, url: str, at_least: int = 1, within_s: float = 20) -> list[Any]:
        """The bodies of the queue's messages, taken from it, as soon as there are `at_least` so many."""
        bodies: list[Any] = []

        def enough() -> bool:
            found = self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0)
            for message in found.get("Messages", []):
                bodies.append(json.loads(message["Body"]))
                self.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return len(bodies) >= at_least

        eventually(enough, within_s)
        return bodies


def package(code: str, **modules: str) -> bytes:
    """A function's zip: `index.py` and further modules."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in {"index": code, **modules}.items():
            archive.writestr(f"{name}.py", text)
    return target.getvalue()


def eventually(check: Callable[[], bool], within_s: float = 20) -> bool:
    """Whether `check` came true in time."""
    deadline = time.monotonic() + within_s
    while not check():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _name(kind: str) -> str:
    return f"{kind}-{uuid.uuid4().hex[:8]}"
