"""Functions, what invokes them, their logs and traces."""

from typing import Any

from tests.policies.case import ARN, Bad, Cases, Good, Place, peer

FUNCTION = "aws:lambda/function:Function"
STAGE = "aws:apigateway/stage:Stage"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
PERMISSION = "aws:lambda/permission:Permission"
INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
URL = "aws:lambda/functionUrl:FunctionUrl"
INTEGRATION = "aws:apigateway/integration:Integration"
SCHEDULE = "aws:scheduler/schedule:Schedule"

QUEUE = ARN.format("sqs", "orders-failures-dev")
RULE = ARN.format("events", "rule/sweep-dev")
ORDERS = {"name": "orders-dev"}
CONFIG = peer(INVOKE_CONFIG, {"functionName": "orders-dev"}, "config")


def reserves(count: int | None) -> dict[str, Any]:
    return {"name": "orders-dev", **({} if count is None else {"reservedConcurrentExecutions": count})}


def another(count: int | None) -> Any:
    return peer(FUNCTION, {**reserves(count), "name": "bills-dev"})


def environment(**variables: str) -> dict[str, Any]:
    return {"environment": {"variables": variables}}


def permitted(principal: str, **more: Any) -> dict[str, Any]:
    return {"function": "orders-dev", "principal": principal, **more}


def integrated(invocation_type: str | None = None, *, of: str = "orders-dev") -> Any:
    """An API's integration of the function."""
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{invoked(of)}/invocations"
    parameters = {"integration.request.header.X-Amz-Invocation-Type": invocation_type} if invocation_type else None
    return peer(INTEGRATION, {"uri": uri, "requestParameters": parameters}, "integration")


def scheduled(of: str = "orders-dev") -> Any:
    """A schedule of EventBridge Scheduler, which invokes the function by a role."""
    return peer(SCHEDULE, {"target": {"arn": invoked(of), "roleArn": role("scheduler")}}, "schedule")


def invoked(function: str) -> str:
    return ARN.format("lambda", f"function:{function}")


def role(name: str) -> str:
    return f"arn:aws:iam::123456789012:role/{name}"


def secrets() -> list[tuple[str, str]]:
    """Values that look like secrets, put together here, so that no scanner takes this file for a leak."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [
        ("AKIA" + letters[:16].upper(), "an AWS access key"),
        ("-----BEGIN " + "PRIVATE KEY-----", "a private key"),
        ("ghp_" + letters, "a GitHub token"),
        ("xoxb-" + letters, "a Slack token"),
        ("whsec_" + letters, "a Stripe key"),
        ("https://me:" + "word@example.com", "a password in a URL"),
    ]


GROUP = peer(LOG_GROUP, {"name": "/aws/lambda/orders-dev", "retentionInDays": 14}, "group")

CASES = {
    "lambda-arm64-only": Cases(
        good=(Good(FUNCTION, {"architectures": ["arm64"]}),),
        bad=(
            Bad(FUNCTION, {}, "architectures x86_64"),
            Bad(FUNCTION, {"architectures": []}, "architectures x86_64"),
            Bad(FUNCTION, {"architectures": ["x86_64"]}, "architectures x86_64"),
            Bad(FUNCTION, {"architectures": ["arm64", "x86_64"]}, "architectures arm64,x86_64"),
        ),
    ),
    "lambda-runtime": Cases(
        good=(
            Good(FUNCTION, {"runtime": "python3.11"}),
            Good(FUNCTION, {"packageType": "Image"}),
            Good(FUNCTION, {"runtime": "nodejs22.x"}, settings={"runtimes": ["nodejs22.x"]}),
        ),
        bad=(
            Bad(FUNCTION, {"runtime": "python3.8"}, "runtime python3.8"),
            Bad(FUNCTION, {}, "runtime absent"),
        ),
    ),
    "lambda-explicit-limits": Cases(
        good=(Good(FUNCTION, {"memorySize": 128, "timeout": 3}),),
        bad=(
            Bad(FUNCTION, {"timeout": 3}, "memorySize absent"),
            Bad(FUNCTION, {"memorySize": 128}, "timeout absent"),
        ),
    ),
    "lambda-reserved-concurrency": Cases(
        good=(
            Good(FUNCTION, reserves(5), peers=(another(7),)),
            Good(FUNCTION, reserves(None), peers=(another(None),)),
            Good(FUNCTION, reserves(-1), peers=(another(None),)),
            Good(FUNCTION, reserves(0), peers=(another(7),), settings={"stopped": ["orders-dev"]}),
        ),
        bad=(
            Bad(FUNCTION, reserves(None), "reservedConcurrentExecutions absent", peers=(another(7),)),
            Bad(FUNCTION, reserves(None), "reservedConcurrentExecutions absent", settings={"required": True}),
            Bad(FUNCTION, reserves(0), "reservedConcurrentExecutions 0"),
            Bad(FUNCTION, reserves(0), "reservedConcurrentExecutions 0", settings={"stopped": ["payments-dev"]}),
        ),
    ),
    "lambda-concurrency-fits-account": Cases(
        good=(
            Good(FUNCTION, reserves(500), peers=(another(400),)),
            Good(FUNCTION, reserves(None)),
            Good(FUNCTION, reserves(950), settings={"quota": 2000.0}),
        ),
        bad=(
            Bad(FUNCTION, reserves(901), "901 reserved"),
            Bad(FUNCTION, reserves(50), "50 reserved", settings={"quota": 120}),
        ),
    ),
    "lambda-own-log-group": Cases(
        good=(
            Good(FUNCTION, ORDERS, peers=(GROUP,), place=Place(depends_on=("group",))),
            Good(
                FUNCTION,
                {**ORDERS, "loggingConfig": {"logGroup": "/orders"}},
                peers=(peer(LOG_GROUP, {"name": "/orders"}, "group"),),
                place=Place(depends_on=("group",)),
            ),
        ),
        bad=(
            Bad(FUNCTION, ORDERS, "no log group"),
            Bad(FUNCTION, {"name": "bills-dev"}, "no log group", peers=(GROUP,)),
            Bad(FUNCTION, ORDERS, "log group too late", peers=(GROUP,)),
        ),
    ),
    "lambda-own-role": Cases(
        good=(
            Good(FUNCTION, {"role": role("orders")}, peers=(peer(FUNCTION, {"role": role("bills")}),)),
            Good(FUNCTION, {"role": role("orders")}),
        ),
        bad=(Bad(FUNCTION, {"role": role("all")}, "shared role", peers=(peer(FUNCTION, {"role": role("all")}),)),),
    ),
    "lambda-encrypted-environment": Cases(
        good=(
            Good(FUNCTION, {"kmsKeyArn": ARN.format("kms", "key/1"), **environment(TOKEN_CIPHERTEXT="AQ")}),
            Good(FUNCTION, environment(ORDERS_TABLE="orders-dev")),
            Good(FUNCTION, {}),
        ),
        bad=(
            Bad(FUNCTION, environment(TOKEN_CIPHERTEXT="AQ"), "no customer key"),
            Bad(FUNCTION, environment(API_KEYS="AQ"), "no customer key", settings={"sensitive": ["API_*"]}),
        ),
    ),
    "lambda-no-secrets-in-environment": Cases(
        good=(
            Good(FUNCTION, environment(ORDERS_QUEUE_URL="https://sqs.us-east-1.amazonaws.com/123456789012/orders-dev")),
            Good(FUNCTION, {}),
        ),
        bad=tuple(Bad(FUNCTION, environment(VALUE=value), "secret in VALUE") for value, _ in secrets()),
    ),
    "lambda-asynchronous-failures": Cases(
        good=(
            Good(FUNCTION, ORDERS, peers=(peer(PERMISSION, permitted("events.amazonaws.com")), CONFIG)),
            Good(FUNCTION, ORDERS, peers=(peer(PERMISSION, permitted("apigateway.amazonaws.com")), integrated())),
            Good(FUNCTION, ORDERS, peers=(integrated("'RequestResponse'"),)),
            Good(FUNCTION, ORDERS, peers=(integrated("'Event'", of="bills-dev"), another(None))),
            Good(FUNCTION, ORDERS, peers=(integrated("'Event'"), CONFIG)),
            Good(FUNCTION, ORDERS, peers=(scheduled("bills-dev"),)),
            Good(FUNCTION, ORDERS, peers=(scheduled(), CONFIG)),
        ),
        bad=tuple(
            Bad(
                FUNCTION,
                ORDERS,
                "no event invoke configuration",
                peers=peers,
            )
            for peers in (
                *(
                    (peer(PERMISSION, permitted(f"{service}.amazonaws.com")),)
                    for service in ("events", "s3", "sns", "logs")
                ),
                (peer(PERMISSION, permitted("apigateway.amazonaws.com")), integrated("'Event'")),
                (integrated("method.request.header.InvocationType"),),
                (scheduled(),),
            )
        ),
    ),
    "lambda-asynchronous-retries": Cases(
        good=(
            Good(
                INVOKE_CONFIG,
                {
                    "maximumRetryAttempts": 0,
                    "maximumEventAgeInSeconds": 300,
                    "destinationConfig": {"onFailure": {"destination": QUEUE}},
                },
            ),
        ),
        bad=(
            Bad(INVOKE_CONFIG, {}, "maximumRetryAttempts absent"),
            Bad(INVOKE_CONFIG, {"maximumRetryAttempts": 2}, "maximumEventAgeInSeconds absent"),
            Bad(
                INVOKE_CONFIG,
                {"destinationConfig": {"onSuccess": {"destination": QUEUE}}},
                "destinationConfig.onFailure.destination absent",
            ),
        ),
    ),
    "lambda-permission-source": Cases(
        good=(
            Good(PERMISSION, permitted("events.amazonaws.com", sourceArn=RULE)),
            Good(
                PERMISSION,
                permitted("s3.amazonaws.com", sourceArn="arn:aws:s3:::data-dev", sourceAccount="123456789012"),
            ),
            Good(PERMISSION, permitted("arn:aws:iam::123456789012:role/caller")),
        ),
        bad=(
            Bad(PERMISSION, permitted("events.amazonaws.com"), "sourceArn absent"),
            Bad(PERMISSION, permitted("s3.amazonaws.com", sourceArn="arn:aws:s3:::data-dev"), "sourceAccount absent"),
        ),
    ),
    "lambda-url-authorization": Cases(
        good=(Good(URL, {"authorizationType": "AWS_IAM"}),),
        bad=(
            Bad(URL, {"authorizationType": "NONE"}, "authorizationType NONE"),
            Bad(URL, {}, "authorizationType absent"),
        ),
    ),
    "logs-retention": Cases(
        good=(Good(LOG_GROUP, {"retentionInDays": 3}),),
        bad=(
            Bad(LOG_GROUP, {}, "retentionInDays absent"),
            Bad(LOG_GROUP, {"retentionInDays": 0}, "retentionInDays 0"),
        ),
    ),
    "xray-tracing-active": Cases(
        good=(
            Good(FUNCTION, {"tracingConfig": {"mode": "Active"}}),
            Good(STAGE, {"xrayTracingEnabled": True}),
        ),
        bad=(
            Bad(FUNCTION, {}, "tracingConfig.mode None"),
            Bad(FUNCTION, {"tracingConfig": {}}, "tracingConfig.mode None"),
            Bad(FUNCTION, {"tracingConfig": {"mode": "PassThrough"}}, "tracingConfig.mode PassThrough"),
            Bad(STAGE, {}, "xrayTracingEnabled None"),
            Bad(STAGE, {"xrayTracingEnabled": False}, "xrayTracingEnabled False"),
        ),
    ),
}
