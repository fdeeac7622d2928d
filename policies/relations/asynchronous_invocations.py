"""Who invokes a function and does not wait for it."""

from collections.abc import Iterator
from typing import Final

from policies.framework.resource import Resource
from policies.framework.stack import Stack
from policies.relations.functions import PERMISSION
from policies.relations.integrations import INTEGRATION, always_waits, function_of

SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
# Services that hand an event to Lambda and go; what fails later, they don't hear of.
NEVER_WAIT: Final = ("events", "s3", "sns", "logs", "ses", "iot", "config", "codecommit", "cloudformation")


def asynchronous_services(function: Resource, stack: Stack) -> Iterator[str]:
    """The services that invoke the function without waiting, each as often as something says so.

    Most are told by a permission. API Gateway waits or not as its integration says, and EventBridge Scheduler needs no
    permission, since it invokes by a role.
    """
    for permission in stack.naming(function, PERMISSION, "function"):
        service = str(permission.read("principal")).partition(".")[0]
        if service in NEVER_WAIT:
            yield service
    for integration in stack.of(INTEGRATION):
        if not always_waits(integration) and function_of(integration, stack) is function:
            yield "apigateway"
    if stack.naming(function, SCHEDULE, "target.arn"):
        yield "scheduler"
