"""What a function could not do asynchronously is kept."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.asynchronous_invocations import asynchronous_services
from policies.relations.functions import FUNCTION, INVOKE_CONFIG


def check(function: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where a service that does not wait invokes the function, and no configuration says what then."""
    if stack.naming(function, INVOKE_CONFIG, "functionName"):
        return
    if services := sorted(set(asynchronous_services(function, stack))):
        yield Finding(
            name="no event invoke configuration",
            found=f"{', '.join(services)} may invoke it without waiting, and it has no FunctionEventInvokeConfig",
            why="after two retries Lambda drops the event, and nobody hears of it",
            repair="Give it one with a failure destination, and bounded retries and age.",
        )


RULE = StackRule(
    __name__,
    description="A function that services invoke asynchronously says what becomes of its failures.",
    severity=Severity.HIGH,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    controls=["Serverless-LambdaAsyncFailureDestination", "Serverless-LambdaDLQ"],
    types=[FUNCTION],
    check=check,
)
