"""Validation by JSON Schema draft 4, as far as API Gateway's models go and these schemas use it."""

import re
from decimal import Decimal
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float, Decimal)}
ANNOTATIONS = {"$schema", "title", "description"}
KEYWORDS = {"type", "required", "properties", "enum", "minimum", "pattern", "minLength", "maxLength"}
KEYWORDS |= {"items", "minItems", "maxItems", "exclusiveMinimum"}


def valid(schema: dict[str, Any], value: Any) -> bool:
    assert not schema.keys() - ANNOTATIONS - KEYWORDS, "a keyword that this validator does not know"
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if isinstance(value, bool) or not isinstance(value, tuple(TYPES[name] for name in types)):
        return False
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        return set(schema.get("required", [])) <= value.keys() and all(
            valid(properties[name], child) for name, child in value.items() if name in properties
        )
    if isinstance(value, list):
        return schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)) and all(
            valid(schema.get("items", {}), child) for child in value
        )
    if not isinstance(value, str):
        least = schema.get("minimum", value)
        return value > least if schema.get("exclusiveMinimum") else value >= least
    return (
        value in schema.get("enum", [value])
        and schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        and re.search(schema.get("pattern", "").removesuffix("$") + r"\Z", value, re.ASCII) is not None
    )
