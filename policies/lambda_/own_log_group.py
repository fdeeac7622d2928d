"""A function logs into a group that the stack made before it."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, Severity, Stack, StackRule
from policies.relations.functions import FUNCTION, log_group_name

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
REPAIR = "Make a log group of the function's name with its retention, and let the function depend on it."


def check(function: Resource, stack: Stack) -> Iterator[Finding]:
    """A finding where the stack has no log group of the function's, or has it without the function depending on it."""
    wanted = log_group_name(function)
    groups = [each for each in stack.of(LOG_GROUP) if each.read("name") == wanted]
    if not groups:
        why = "Lambda makes one that keeps everything for ever, and nobody destroys it"
        yield Finding("no log group", f"the stack has no log group `{wanted}`", why, REPAIR)
    elif groups[0].urn not in function.depends_on:
        why = "the first call may come before it, and then Lambda makes the group and the deployment fails"
        yield Finding("log group too late", f"it does not depend on its log group `{wanted}`", why, REPAIR)


RULE = StackRule(
    __name__,
    description="A Lambda function depends on a log group of its own that its stack makes.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
    types=[FUNCTION],
    check=check,
)
