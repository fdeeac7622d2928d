"""Gap: a non-proxy integration maps request and answer, and may invoke its function asynchronously."""

import base64
import json
from typing import Any

import pytest

from tests.local.emulator.cloud import Cloud, eventually
from tests.local.emulator.rest_api import Answer, RestApi

TELLS = "import json\ndef handler(event, context):\n    print('CALL ' + json.dumps(event))\n    return {'told': event}"
RAISES = "def handler(event, context): raise ValueError('no such symbol')"
BODY = '{"body":"$util.base64Encode($input.body)"}'
EVENT = {"integration.request.header.X-Amz-Invocation-Type": "'Event'"}
ACCEPTED = '{"message":"accepted","request_id":"$context.requestId"}'


class CustomApi(RestApi):
    """`POST /webhook` whose integration has templates; `responses` are templates by status and selection pattern."""

    def __init__(
        self,
        cloud: Cloud,
        code: str = TELLS,
        *,
        request: str | None = BODY,
        responses: dict[tuple[str, str | None], str | None] | None = None,
        asynchronous: bool = True,
        passthrough: str = "NEVER",
        **settings: Any,
    ) -> None:
        super().__init__(cloud, cloud.function(code), **settings)
        arn = cloud.client("lambda").get_function_configuration(FunctionName=self.function)["FunctionArn"]
        self.gateway.put_integration(
            **self.where, type="AWS", integrationHttpMethod="POST", passthroughBehavior=passthrough,
            uri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations",
            requestParameters=EVENT if asynchronous else {},
            requestTemplates={} if request is None else {"application/json": request},
        )  # fmt: skip
        for (status, pattern), template in (responses or {("202", None): ACCEPTED}).items():
            self.gateway.put_method_response(**self.where, statusCode=status)
            self.gateway.put_integration_response(
                **self.where, statusCode=status, **({"selectionPattern": pattern} if pattern else {}),
                responseTemplates={"application/json": template} if template else {},
                responseParameters={"method.response.header.Retry-After": "'5'"},
            )  # fmt: skip
        self.deploy()

    def event(self) -> Any:
        """What the function got first."""

        def calls() -> list[str]:
            return [line[5:] for line in self.cloud.log(self.function) if line.startswith("CALL ")]

        assert eventually(lambda: bool(calls()))
        return json.loads(calls()[0])


def answered(answer: Answer) -> tuple[int, Any]:
    return answer.status, answer.json


def test_an_asynchronous_call_is_accepted_and_gets_the_mapped_event(cloud: Cloud, plain_cloud: Cloud) -> None:
    api = CustomApi(cloud)
    raw = '{ "price" : 1.10,\n "name":"é" }'.encode()
    answer = api.post(raw)
    assert answered(answer) == (202, {"message": "accepted", "request_id": answer.headers["x-amzn-RequestId"]})
    assert answer.headers["Retry-After"] == "5"
    assert {name: base64.b64decode(value) for name, value in api.event().items()} == {"body": raw}
    assert "resource" in CustomApi(plain_cloud).post(raw).json["told"]


def test_an_asynchronous_call_does_not_wait(cloud: Cloud, plain_cloud: Cloud) -> None:
    sleeps = "import time\ndef handler(event, context):\n    time.sleep(1)\n    return 'slept'"
    assert "slept" not in CustomApi(cloud, sleeps).post({}).text
    assert "slept" in CustomApi(plain_cloud, sleeps).post({}).text


def test_an_asynchronous_call_is_retried_and_told_to_its_destination(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    api = CustomApi(cloud, RAISES)
    role = cloud.role({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn})
    client = cloud.client("lambda")
    client.update_function_configuration(FunctionName=api.function, Role=role)
    ends = {"OnFailure": {"Destination": arn}}
    client.put_function_event_invoke_config(FunctionName=api.function, DestinationConfig=ends)
    assert api.post({"a": 1}).status == 202
    (record,) = cloud.messages(url)
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert json.loads(base64.b64decode(record["requestPayload"]["body"])) == {"a": 1}


def test_variables_of_the_request_are_mapped(cloud: Cloud) -> None:
    template = (
        '{"stamp":"$util.escapeJavaScript($input.params().header.get(\'X-Webhook-Timestamp\'))",'
        '"none":"$util.escapeJavaScript($input.params().header.get(\'X-None\'))",'
        '"query":"$input.params(\'q\')","id":"$context.requestId","epoch":$context.requestTimeEpoch,'
        '"price":$input.json(\'$.price\'),"path":"$context.resourcePath"}'
    )
    api = CustomApi(cloud, request=template)
    answer = api.post({"price": [1, 2]}, path="/webhook?q=7", x_webhook_timestamp='1795"\\')
    event = api.event()
    assert isinstance(event.pop("epoch"), int)
    assert event == {
        "stamp": '1795"\\', "none": "", "query": "7", "id": answer.headers["x-amzn-RequestId"], "price": [1, 2],
        "path": "/webhook",
    }  # fmt: skip


def test_templates_have_conditions_loops_and_java_strings(cloud: Cloud) -> None:
    template = (
        "#set($headers = $input.params().header){"
        '#foreach($name in $headers.keySet())#if($name.toLowerCase().startsWith("x-webhook-"))'
        '"$name.toLowerCase()":"$headers.get($name)",#end#end"end":0}'
    )
    api = CustomApi(cloud, request=template)
    api.post({}, x_webhook_a="1", x_webhook_b="2", x_other="3")
    assert api.event() == {"x-webhook-a": "1", "x-webhook-b": "2", "end": 0}


def test_another_content_type_is_refused_where_nothing_passes_through(cloud: Cloud) -> None:
    api = CustomApi(cloud)
    assert api.post(b"{}", content_type="text/plain").status == 415
    assert api.post(b"{}", content_type="application/json; charset=utf-8").status == 202


def test_without_a_template_the_body_passes_through(cloud: Cloud) -> None:
    api = CustomApi(cloud, request=None, passthrough="WHEN_NO_TEMPLATES")
    assert api.post({"a": 1}).status == 202
    assert api.event() == {"a": 1}


def test_validation_comes_first(cloud: Cloud) -> None:
    model = {"type": "object", "required": ["price"]}
    api = CustomApi(cloud, models={"application/json": model})
    assert (api.post({}).status, api.post({"price": 1}).status) == (400, 202)


def test_a_function_that_gave_no_permission_is_a_500(cloud: Cloud, plain_cloud: Cloud) -> None:
    assert answered(CustomApi(cloud, permitted=False).post({})) == (500, {"message": "Internal server error"})
    assert CustomApi(plain_cloud, permitted=False).post({}).status == 202


@pytest.mark.parametrize("request_template", ["{not JSON", '{"body":"' + "x" * 1024 * 1024 + '"}'])
def test_what_lambda_does_not_take_is_a_500(cloud: Cloud, request_template: str) -> None:
    answer = CustomApi(cloud, request=request_template).post({})
    assert answered(answer) == (500, {"message": "Internal server error"})


def test_a_synchronous_calls_output_is_the_answer_and_its_error_selects_another(cloud: Cloud) -> None:
    responses: dict[tuple[str, str | None], str | None] = {("200", None): None, ("404", "no such .*"): '{"a":1}'}
    told = CustomApi(cloud, asynchronous=False, request='{"x":1}', responses=responses).post({})
    assert answered(told) == (200, {"told": {"x": 1}})
    assert answered(CustomApi(cloud, RAISES, asynchronous=False, responses=responses).post({})) == (404, {"a": 1})
