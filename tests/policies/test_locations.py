"""Every place where a resource type carries a policy document is one that the provider has, and that is judged."""

import re
from pathlib import Path

import pulumi_aws
import pytest

from policies.framework.pack import find_rules
from policies.iam.no_wildcards import RULE
from policies.policy_language.locations import DOCUMENTS
from tests.policies.case import Good, allow, document
from tests.policies.plugin import PACK
from tests.policies.verdicts import verdict_of

SDK = Path(pulumi_aws.__file__).parent
PLACES = [(resource_type, path) for resource_type, paths in DOCUMENTS.items() for path in paths]
# The types that take tags come from the provider itself.
TYPES = sorted(
    {
        resource_type
        for rule in find_rules(PACK)
        for resource_type in rule.types
        if rule.name != "tags-required" and resource_type.startswith("aws:")
    }
)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def source(resource_type: str) -> str:
    _, module, _ = resource_type.split(":")
    service, name = module.split("/")
    return (SDK / {"lambda": "lambda_"}.get(service, service) / f"{snake(name)}.py").read_text()


@pytest.mark.parametrize("resource_type", TYPES)
def test_every_type_that_a_rule_looks_at_is_one_of_the_providers(resource_type: str) -> None:
    assert f"'{resource_type}'" in source(resource_type)


@pytest.mark.parametrize(("resource_type", "path"), PLACES)
def test_every_place_of_a_document_is_a_property_of_its_type(resource_type: str, path: str) -> None:
    assert f"def {snake(path.split('.', maxsplit=1)[0])}(self)" in source(resource_type)


@pytest.mark.requirement("ALL-3")
@pytest.mark.parametrize(("resource_type", "path"), PLACES)
def test_a_wildcard_is_found_in_every_place_of_a_document(resource_type: str, path: str) -> None:
    bad = document(allow("sqs:*", "arn:aws:sqs:us-east-1:123456789012:orders-dev"))
    head, star, tail = path.partition(".*.")
    case = Good(resource_type, {head: [{tail: bad}]} if star else {head: bad})
    assert [finding.name for finding in verdict_of(RULE, case).findings] == ["action sqs:*"]
