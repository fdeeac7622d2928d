"""A REST API in an emulator, and calls to it."""

import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any

from tests.local.emulator.cloud import Cloud

ECHO = "import json\ndef handler(event, context): return {'statusCode': 200, 'body': json.dumps(event)}"


@dataclass(frozen=True)
class Answer:
    """What a client got."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class RestApi:
    """`POST /webhook` of a new REST API, in front of one function."""

    def __init__(
        self, cloud: Cloud, function: str, *, models: dict[str, Any] | None = None, permitted: bool = True
    ) -> None:
        self.cloud, self.gateway = cloud, cloud.client("apigateway")
        self.function = function
        self.name = f"api-{uuid.uuid4().hex[:8]}"
        self.id: str = self.gateway.create_rest_api(name=self.name)["id"]
        root = self.gateway.get_resources(restApiId=self.id)["items"][0]["id"]
        path = self.gateway.create_resource(restApiId=self.id, parentId=root, pathPart="webhook")["id"]
        self.where = {"restApiId": self.id, "resourceId": path, "httpMethod": "POST"}
        self.gateway.put_method(**self.where, authorizationType="NONE", **self._validation(models or {}))
        arn = cloud.client("lambda").get_function_configuration(FunctionName=function)["FunctionArn"]
        self.gateway.put_integration(
            **self.where, type="AWS_PROXY", integrationHttpMethod="POST",
            uri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations",
        )  # fmt: skip
        if permitted:
            cloud.client("lambda").add_permission(
                FunctionName=function, StatementId="api", Action="lambda:InvokeFunction",
                Principal="apigateway.amazonaws.com",
                SourceArn=f"arn:aws:execute-api:us-east-1:000000000000:{self.id}/*/POST/webhook",
            )  # fmt: skip
        self.deploy()

    def deploy(self) -> None:
        self.gateway.create_deployment(restApiId=self.id, stageName="v1")

    def post(self, body: Any, path: str = "/webhook", **headers: str) -> Answer:
        """Call it; keyword `content_type` is the header Content-Type."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {
            name.replace("_", "-"): value for name, value in {"content_type": "application/json", **headers}.items()
        }
        url = f"{self.cloud.endpoint.url}/restapis/{self.id}/v1/_user_request_{path}"
        request = urllib.request.Request(url, data, named, method="POST")  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
                return Answer(answer.status, dict(answer.headers), answer.read().decode())
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, dict(refusal.headers), refusal.read().decode())

    def _validation(self, models: dict[str, Any]) -> dict[str, Any]:
        if not models:
            return {}
        validator = self.gateway.create_request_validator(restApiId=self.id, name="body", validateRequestBody=True)[
            "id"
        ]
        named: dict[str, str] = {}
        for number, (content_type, schema) in enumerate(models.items()):
            named[content_type] = f"Model{number}"
            self.gateway.create_model(
                restApiId=self.id, name=f"Model{number}", contentType="application/json", schema=json.dumps(schema)
            )
        return {"requestValidatorId": validator, "requestModels": named}
