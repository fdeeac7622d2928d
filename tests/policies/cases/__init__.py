"""Each rule's table of good cases and bad ones, in the module of its service."""

from tests.policies.case import Bad, Good
from tests.policies.cases import (
    apigateway,
    cloudwatch,
    dynamodb,
    environments,
    events,
    exemptions,
    functions,
    iam,
    keys,
    mappings,
    s3,
    sns,
    sqs,
)

MODULES = (
    apigateway,
    cloudwatch,
    dynamodb,
    environments,
    events,
    exemptions,
    functions,
    iam,
    keys,
    mappings,
    s3,
    sns,
    sqs,
)
CASES = {name: cases for module in MODULES for name, cases in module.CASES.items()}
GOOD: dict[str, tuple[Good, ...]] = {name: cases.good for name, cases in CASES.items()}
BAD: dict[str, tuple[Bad, ...]] = {name: cases.bad for name, cases in CASES.items()}
