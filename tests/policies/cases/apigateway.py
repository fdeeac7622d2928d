"""REST APIs."""

import json
from typing import Any

from tests.policies.case import ARN, Bad, Cases, Good, Place, peer

METHOD = "aws:apigateway/method:Method"
VALIDATOR = "aws:apigateway/requestValidator:RequestValidator"
MODEL = "aws:apigateway/model:Model"
STAGE = "aws:apigateway/stage:Stage"
SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
INTEGRATION = "aws:apigateway/integration:Integration"
FUNCTION = "aws:lambda/function:Function"

THROTTLE = {"throttlingRateLimit": 100, "throttlingBurstLimit": 50}
LIVE = {"restApi": "api", "stageName": "v1"}
LOGS = ARN.format("logs", "log-group:/aws/apigateway/orders-dev")
FORMAT = json.dumps({"requestId": "$context.requestId"})
ORDERS = ARN.format("lambda", "function:orders-dev")
INVOKES = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{ORDERS}/invocations"
SIGNED = {"method.request.header.X-Webhook-Signature": False}


def validator(validates: bool | None) -> Any:
    return peer(VALIDATOR, {"id": "validator", "validateRequestBody": validates}, "validator")


def post(**more: Any) -> dict[str, Any]:
    return {"httpMethod": "POST", "requestValidatorId": "validator", "authorization": "NONE", **more}


def throttle(method: str = "*/*", name: str = "other", **more: Any) -> Any:
    return peer(SETTINGS, {**LIVE, "methodPath": method, "settings": {**THROTTLE, **more}}, name)


def logged(**more: Any) -> dict[str, Any]:
    return {"accessLogSettings": {"destinationArn": LOGS, "format": FORMAT, **more}}


def runs(seconds: int | None, **variables: str) -> Any:
    environment = {"environment": {"variables": variables}} if variables else {}
    return peer(FUNCTION, {"name": "orders-dev", "timeout": seconds, **environment}, "function")


CASES = {
    "apigateway-request-validated": Cases(
        good=(
            Good(METHOD, post(), peers=(validator(True),), place=Place(links={"requestValidatorId": "validator"})),
            Good(METHOD, post(), peers=(validator(True),)),
            Good(METHOD, {"httpMethod": "OPTIONS"}),
        ),
        bad=(
            Bad(METHOD, {"httpMethod": "POST"}, "requestValidatorId absent"),
            Bad(METHOD, {"httpMethod": "GET"}, "requestValidatorId absent", peers=(validator(True),)),
            Bad(METHOD, post(), "validateRequestBody False", peers=(validator(False),)),
            Bad(METHOD, post(), "validateRequestBody absent", peers=(validator(None),)),
        ),
    ),
    "apigateway-body-models": Cases(
        good=(
            Good(METHOD, post(requestModels={"application/json": "Order", "$default": "Order"})),
            Good(METHOD, {"httpMethod": "GET"}),
        ),
        bad=(
            Bad(METHOD, post(), "requestModels.application/json absent"),
            Bad(METHOD, post(requestModels={"application/json": "Order"}), "requestModels.$default absent"),
            Bad(
                METHOD,
                post(requestModels={"application/json": "Order", "$default": "Empty"}),
                "requestModels.$default Empty",
            ),
        ),
    ),
    "apigateway-model-constrains": Cases(
        good=(
            Good(MODEL, {"schema": json.dumps({"type": "object", "required": ["id"]})}),
            Good(MODEL, {"schema": json.dumps({"type": "array", "items": {"type": "string"}})}),
            Good(MODEL, {"schema": json.dumps({"type": "object", "additionalProperties": False})}),
        ),
        bad=(
            Bad(MODEL, {}, "takes anything"),
            Bad(MODEL, {"schema": "{}"}, "takes anything"),
            Bad(MODEL, {"schema": "no JSON"}, "takes anything"),
            Bad(MODEL, {"schema": json.dumps({"type": "object", "properties": {"id": {}}})}, "takes anything"),
        ),
    ),
    "apigateway-throttled": Cases(
        good=(
            Good(STAGE, LIVE, peers=(throttle(),)),
            Good(STAGE, LIVE, peers=(throttle(), throttle("orders/POST", "own"))),
            Good(
                STAGE,
                LIVE,
                peers=(
                    peer(
                        SETTINGS,
                        {"stageName": "v1", "methodPath": "*/*", "settings": THROTTLE},
                        links={"restApi": "api"},
                    ),
                    peer("aws:apigateway/restApi:RestApi", {}, "api"),
                ),
                place=Place(links={"restApi": "api"}),
            ),
        ),
        bad=(
            Bad(STAGE, LIVE, "no method settings"),
            Bad(STAGE, {**LIVE, "restApi": "another"}, "no method settings", peers=(throttle(),)),
            Bad(STAGE, {**LIVE, "stageName": "v2"}, "no method settings", peers=(throttle(),)),
            Bad(
                STAGE,
                LIVE,
                "no method settings",
                peers=(throttle("orders/POST"),),
            ),
            Bad(STAGE, LIVE, "settings.throttlingRateLimit -1", peers=(throttle(throttlingRateLimit=-1),)),
            Bad(
                STAGE,
                LIVE,
                "settings.throttlingRateLimit of orders/POST -1",
                peers=(throttle(), throttle("orders/POST", "own", throttlingRateLimit=-1)),
            ),
            Bad(STAGE, LIVE, "settings.throttlingBurstLimit absent", peers=(throttle(throttlingBurstLimit=None),)),
        ),
    ),
    "apigateway-access-logs": Cases(
        good=(Good(STAGE, logged()),),
        bad=(
            Bad(STAGE, {}, "accessLogSettings absent"),
            Bad(STAGE, logged(destinationArn=None), "accessLogSettings.destinationArn absent"),
            Bad(STAGE, logged(format="$context.requestId"), "accessLogSettings.format not JSON"),
            Bad(STAGE, logged(format="{}"), "accessLogSettings.format not JSON"),
            Bad(STAGE, logged(format=None), "accessLogSettings.format not JSON"),
        ),
    ),
    "apigateway-execution-logs": Cases(
        good=(
            Good(SETTINGS, {"settings": {"loggingLevel": "ERROR", "dataTraceEnabled": False}}),
            Good(SETTINGS, {"settings": {"loggingLevel": "INFO"}}),
        ),
        bad=(
            Bad(SETTINGS, {"settings": {}}, "settings.loggingLevel absent"),
            Bad(SETTINGS, {"settings": {"loggingLevel": "OFF"}}, "settings.loggingLevel OFF"),
            Bad(
                SETTINGS,
                {"settings": {"loggingLevel": "ERROR", "dataTraceEnabled": True}},
                "settings.dataTraceEnabled True",
            ),
        ),
    ),
    "apigateway-authenticated": Cases(
        good=(
            Good(METHOD, post(authorization="AWS_IAM")),
            Good(METHOD, post(requestParameters=SIGNED)),
            Good(METHOD, {"httpMethod": "OPTIONS", "authorization": "NONE"}),
            Good(
                METHOD,
                post(requestParameters={"method.request.header.Stripe-Signature": True}),
                settings={"signatureHeaders": ["Stripe-Signature"]},
            ),
        ),
        bad=(
            Bad(METHOD, post(), "authorization NONE"),
            Bad(METHOD, post(authorization="NONE", apiKeyRequired=True), "authorization NONE"),
            Bad(METHOD, {"httpMethod": "GET"}, "authorization absent"),
            Bad(
                METHOD,
                post(requestParameters={"method.request.querystring.X-Webhook-Signature": True}),
                "authorization NONE",
            ),
        ),
    ),
    "apigateway-integration-timeout": Cases(
        good=(
            Good(INTEGRATION, {"uri": INVOKES, "timeoutMilliseconds": 10_000}, peers=(runs(10),)),
            Good(INTEGRATION, {"uri": INVOKES}, peers=(runs(None),)),
            Good(INTEGRATION, {"uri": INVOKES}, peers=(runs(180, ANSWERS_WITHIN_SECONDS="29"),)),
            Good(
                INTEGRATION,
                {"uri": INVOKES},
                peers=(runs(180, ANSWER="5"),),
                settings={"answersWithin": "ANSWER"},
            ),
            Good(INTEGRATION, {"uri": INVOKES}, peers=(peer(FUNCTION, {"name": "bills-dev", "timeout": 900}),)),
            Good(INTEGRATION, {"uri": "arn:aws:apigateway:us-east-1:sqs:path/orders"}, peers=(runs(900),)),
            Good(
                INTEGRATION,
                {
                    "uri": INVOKES,
                    "requestParameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
                },
                peers=(runs(900),),
            ),
        ),
        bad=(
            Bad(INTEGRATION, {"uri": INVOKES}, "30000 ms of 29000 ms", peers=(runs(30),)),
            Bad(
                INTEGRATION,
                {"uri": INVOKES},
                "40000 ms of 29000 ms",
                peers=(runs(180, ANSWERS_WITHIN_SECONDS="40"),),
            ),
            Bad(INTEGRATION, {"uri": INVOKES}, "180000 ms of 29000 ms", peers=(runs(180, ANSWER="5"),)),
            Bad(INTEGRATION, {"uri": INVOKES, "timeoutMilliseconds": 50}, "3000 ms of 50 ms", peers=(runs(None),)),
            Bad(
                INTEGRATION,
                {"uri": "somewhere"},
                "60000 ms of 29000 ms",
                peers=(runs(60),),
                place=Place(links={"uri": "function"}),
            ),
        ),
    ),
}
