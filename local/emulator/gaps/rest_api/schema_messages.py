"""What is wrong with a document, in the words of the draft 4 validator that API Gateway's messages come from.

The words name a missing or a surplus property, but for a wrong type or value they give the value alone and no path:
that is what a client of AWS gets, too.
"""

import json
import re
from typing import Any

Schema = dict[str, Any]
TYPES: dict[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}
# Of these two types an integer is either.
WIDER = {"number": ["integer", "number"]}


def messages(schema: Any, value: Any) -> list[str]:
    """Every problem of this level, or, when there is none, of the levels below."""
    if not isinstance(schema, dict):
        return []
    found = [*_type(schema, value), *_enum(schema, value)]
    if isinstance(value, str):
        found += _text(schema, value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found += _number(schema, value)
    elif isinstance(value, dict):
        found += _object(schema, value)
    return found or _children(schema, value)


def _type(schema: Schema, value: Any) -> list[str]:
    allowed = schema.get("type")
    if allowed is None:
        return []
    names = [allowed] if isinstance(allowed, str) else list(allowed)
    wide = sorted({each for name in names for each in WIDER.get(name, [name])})
    kind = TYPES.get(type(value), "null")
    if kind in wide:
        return []
    return [f"instance type ({kind}) does not match any allowed primitive type (allowed: {_json(wide)})"]


def _enum(schema: Schema, value: Any) -> list[str]:
    if "enum" not in schema or value in schema["enum"]:
        return []
    return [f"instance value ({_json(value)}) not found in enum (possible values: {_json(schema['enum'])})"]


def _text(schema: Schema, value: str) -> list[str]:
    found: list[str] = []
    length, shortest, longest = len(value), schema.get("minLength", 0), schema.get("maxLength")
    if length < shortest:
        found.append(f"string {_json(value)} is too short (length: {length}, required minimum: {shortest})")
    if longest is not None and length > longest:
        found.append(f"string {_json(value)} is too long (length: {length}, maximum allowed: {longest})")
    pattern = schema.get("pattern")
    if pattern and not re.search(pattern, value):
        found.append(f"ECMA 262 regex {_json(pattern)} does not match input string {_json(value)}")
    return found


def _number(schema: Schema, value: float) -> list[str]:
    found: list[str] = []
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and value < least:
        found.append(f"numeric instance is lower than the required minimum (minimum: {least}, found: {value})")
    elif least is not None and value == least and schema.get("exclusiveMinimum"):
        found.append(f"numeric instance is not strictly greater than the required minimum {least}")
    if most is not None and value > most:
        found.append(f"numeric instance is greater than the required maximum (maximum: {most}, found: {value})")
    elif most is not None and value == most and schema.get("exclusiveMaximum"):
        found.append(f"numeric instance is not strictly lower than the required maximum {most}")
    return found


def _object(schema: Schema, value: dict[str, Any]) -> list[str]:
    found: list[str] = []
    missing = sorted(name for name in schema.get("required", []) if name not in value)
    if missing:
        found.append(f"object has missing required properties ({_json(missing)})")
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    surplus = sorted(name for name in value if name not in known and not any(re.search(p, name) for p in patterns))
    if surplus and schema.get("additionalProperties") is False:
        found.append(f"object instance has properties which are not allowed by the schema: {_json(surplus)}")
    return found


def _children(schema: Schema, value: Any) -> list[str]:
    if isinstance(value, dict):
        pairs = [(sub, value[name]) for name, sub in schema.get("properties", {}).items() if name in value]
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        pairs = [(schema["items"], item) for item in value]
    else:
        pairs = []
    return [message for sub, item in pairs for message in messages(sub, item)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
