"""Which function an API's integration invokes, and whether it waits for it."""

import re
from typing import Final

from policies.framework.resource import Resource
from policies.framework.stack import Stack
from policies.relations.functions import FUNCTION

INTEGRATION: Final = "aws:apigateway/integration:Integration"

INVOCATION_TYPE: Final = "integration.request.header.x-amz-invocation-type"
FUNCTION_OF: Final = re.compile(r"/functions/(?P<arn>[^/]+)/invocations$")


def never_waits(integration: Resource) -> bool:
    """Whether every request invokes the function asynchronously."""
    return _invocation_type(integration) == "'Event'"


def always_waits(integration: Resource) -> bool:
    """Whether no request does; a type that is taken from the request may be either."""
    return _invocation_type(integration) in (None, "'RequestResponse'")


def function_of(integration: Resource, stack: Stack) -> Resource | None:
    """The function that is invoked; None where it is none of the stack."""
    linked = [one for one in stack.of(FUNCTION) if one.urn in integration.links.get("uri", ())]
    if linked:
        return linked[0]
    named = FUNCTION_OF.search(integration.read("uri") or "")
    return next((one for one in stack.of(FUNCTION) if named and stack.is_name(named["arn"], one)), None)


def _invocation_type(integration: Resource) -> str | None:
    parameters = integration.read("requestParameters") or {}
    return next((value for name, value in parameters.items() if name.lower() == INVOCATION_TYPE), None)
