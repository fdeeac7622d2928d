"""A model refuses something."""

from collections.abc import Iterator

from policies.framework.rule import Finding, Resource, ResourceRule, Severity
from policies.relations.json_text import json_object

CONSTRAINTS = ("required", "minProperties", "$ref", "allOf", "anyOf", "oneOf", "enum", "items")


def check(model: Resource) -> Iterator[Finding]:
    """A finding where the schema is not JSON, or would take any object."""
    schema = json_object(model, "schema")
    if not any(schema.get(word) for word in CONSTRAINTS) and schema.get("additionalProperties") is not False:
        yield Finding(
            name="takes anything",
            found="`schema` takes any object, or is no JSON schema",
            why="a validator with this model validates nothing",
            repair='Say its type and what it must have: "required": [...].',
        )


RULE = ResourceRule(
    __name__,
    description="A REST API's model requires something of a body.",
    severity=Severity.MEDIUM,
    documentation="https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html",
    types=["aws:apigateway/model:Model"],
    check=check,
)
